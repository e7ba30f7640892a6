/**
 * Whether a principal may do something: its own policies must allow it, and whatever narrows them (a bearer key's scope,
 * a session's policy) must allow it, too.
 */
import type { Principal, RequestConditions } from './access.ts'
import { SCOPE_POLICIES } from './bearer-scopes.ts'
import { type Decision, evaluate, type Question, question } from './policy/evaluate.ts'
import type { Policy } from './policy/parse-policy.ts'
import { type RequestContext, requestContext } from './policy/request-context.ts'
import type { PolicyBook } from './policy-book.ts'

/** Names of the cloud for the kind of policy that decided. */
export type PolicyType = 'AccountLevelIdentityBasedPolicy' | 'SessionPolicy'

export interface Verdict extends Decision {
  readonly policyType: PolicyType
}

export async function decide(book: PolicyBook, principal: Principal, asked: Question): Promise<Verdict> {
  const own = principal.isAdmin ? ALLOWED : evaluate(await policiesOf(book, principal), asked)
  if (own.kind !== 'Allow') return { ...own, policyType: 'AccountLevelIdentityBasedPolicy' }
  for (const limit of limitsOf(book, principal)) {
    const decision = evaluate([limit], asked)
    if (decision.kind !== 'Allow') return { ...decision, policyType: 'SessionPolicy' }
  }
  return { ...own, policyType: 'AccountLevelIdentityBasedPolicy' }
}

/** An administrator's decisions come from no statement. */
const ALLOWED: Decision = { kind: 'Allow' }

export async function policiesOf(book: PolicyBook, principal: Principal): Promise<readonly Policy[]> {
  if (principal.kind === 'user') return await book.ofUser(principal.name)
  return (await book.ofRole(roleOf(principal)))?.policies ?? []
}

export function limitsOf(book: PolicyBook, principal: Principal): Policy[] {
  const limits: Policy[] = []
  if (principal.scope) limits.push(SCOPE_POLICIES[principal.scope])
  if (principal.sessionPolicy) limits.push(book.prepare('session policy', principal.sessionPolicy))
  return limits
}

/** Role of an assumed-role principal, whose name is `role/session`. */
export function roleOf({ name }: Principal): string {
  return name.split('/')[0] ?? ''
}

/** What a request asks, with everything that conditions can look at. */
export function questionOf(
  principal: Principal,
  action: string,
  resource: string,
  conditions: RequestConditions,
): Question {
  return question(action, resource, contextOf(principal, conditions))
}

/** @param more keys of this action alone, `sts:ExternalId` */
export function contextOf(
  { arn }: Principal,
  { sourceIp, isTls, nowMs, userAgent = '' }: RequestConditions,
  more: Readonly<Record<string, string>> = {},
): RequestContext {
  return requestContext({
    'acs:SourceIp': sourceIp,
    'acs:SecureTransport': String(isTls),
    'acs:CurrentTime': new Date(nowMs).toISOString(),
    'acs:UserAgent': userAgent,
    'acs:PrincipalARN': arn,
    ...more,
  })
}
