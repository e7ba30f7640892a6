/**
 * The error of a denied request, with what the cloud tells about it (AccessDeniedDetail).
 */
import { clip, problem, type SightlineError } from '../errors.ts'
import type { Principal, RequestConditions } from './access.ts'
import type { Verdict } from './decide.ts'
import type { SecretBox } from './secret-box.ts'

/** What an administrator reads out of EncodedDiagnosticMessage; those who are denied do not learn what policies say. */
export interface Diagnosis {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly sourceIp: string
  readonly atMs: number
  readonly kind: Verdict['kind']
  readonly policyType: Verdict['policyType']
  /** The statement that denied, counted from 0; absent = none allowed. */
  readonly by?: Verdict['by']
}

export function noPermission(parts: {
  accountId: string
  secrets: SecretBox
  principal: Principal
  action: string
  resource: string
  conditions: RequestConditions
  verdict: Verdict
}): SightlineError {
  const { accountId, secrets, principal, conditions, verdict } = parts
  const action = clip(parts.action, 128)
  const resource = clip(parts.resource, 300)
  const { kind, policyType, by } = verdict
  const diagnosis: Diagnosis = {
    principal: principal.arn,
    action,
    resource,
    sourceIp: conditions.sourceIp,
    atMs: conditions.nowMs,
    kind,
    policyType,
    ...(by && { by }),
  }
  const denied = kind === 'ExplicitDeny' ? 'explicitly' : 'implicitly'
  return problem(
    'NoPermission',
    { principal: principal.arn, action, resource, denied },
    {
      detail: {
        AuthAction: action,
        AuthPrincipalDisplayName: principal.name,
        AuthPrincipalOwnerId: accountId,
        AuthPrincipalType: principal.kind === 'user' ? 'SubUser' : 'AssumedRoleUser',
        NoPermissionType: kind,
        PolicyType: policyType,
        EncodedDiagnosticMessage: Buffer.from(secrets.seal('diagnosis', JSON.stringify(diagnosis))).toString('base64'),
      },
    },
  )
}

/** @throws ParameterInvalid for what this server has not written */
export function readDiagnosis(secrets: SecretBox, message: string): Diagnosis {
  const text = secrets.open('diagnosis', Buffer.from(message, 'base64'))
  if (text) return JSON.parse(text.toString()) as Diagnosis
  throw problem('ParameterInvalid', {
    name: 'message',
    expected: 'an EncodedDiagnosticMessage of this server',
    found: clip(message, 20),
  })
}
