import type { Action } from '../action.ts'

/** Who the credentials belong to. */
export const getCallerIdentity: Action = {
  name: 'GetCallerIdentity',
  versions: ['2015-04-01'],
  permission: 'signed-in',
  isConsole: false,
  parameters: {},
  async run({ services, principal }) {
    const { kind, arn, name, isAdmin } = principal
    const identity = kind === 'assumed-role' ? 'AssumedRoleUser' : isAdmin ? 'Account' : 'RAMUser'
    return { AccountId: services.access.accountId, Arn: arn, IdentityType: identity, PrincipalId: name, UserId: name }
  },
}
