import { given } from '../../given.ts'
import type { Action } from '../action.ts'
import { optional, positive, readParameters, required, text } from '../parameters.ts'

const PARAMETERS = {
  RoleArn: required(text),
  RoleSessionName: required(text),
  DurationSeconds: optional(positive('seconds, default 3600')),
  Policy: optional(text),
  ExternalId: optional(text),
}

/** Temporary credentials, at the official SDKs an API of another service. */
export const assumeRole: Action = {
  name: 'AssumeRole',
  versions: ['2015-04-01'],
  // Which role it is about is in the request; the access room asks for sts:AssumeRole on that role.
  permission: 'signed-in',
  isConsole: false,
  parameters: PARAMETERS,
  async run({ services, principal, conditions }, values) {
    const p = readParameters(PARAMETERS, values)
    const request = {
      roleArn: p.RoleArn,
      sessionName: p.RoleSessionName,
      ...given({ durationSeconds: p.DurationSeconds, policy: p.Policy, externalId: p.ExternalId }),
    }
    const made = await services.access.assumeRole(principal, request, conditions)
    return {
      AssumedRoleUser: { Arn: made.assumedRoleArn, AssumedRoleId: made.assumedRoleId },
      Credentials: {
        AccessKeyId: made.accessKeyId,
        AccessKeySecret: made.accessKeySecret,
        SecurityToken: made.securityToken,
        Expiration: new Date(made.expirationMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      },
    }
  },
}
