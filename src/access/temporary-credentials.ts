/**
 * Temporary credentials of a role: the security token carries everything sealed, so nothing is stored, and a stolen
 * database opens none.
 */
import { timingSafeEqual } from 'node:crypto'
import { clip, problem } from '../errors.ts'
import type { Access, AssumeRoleRequest, Principal, RequestConditions, TemporaryCredentials } from './access.ts'
import { roleArn, roleNameOf } from './arns.ts'
import { type AuditLog, lineOf } from './audit.ts'
import { newTemporaryKey } from './credentials.ts'
import { contextOf, roleOf } from './decide.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { trusts } from './policy/trust.ts'
import type { PolicyBook, RoleInForce } from './policy-book.ts'
import type { SecretBox } from './secret-box.ts'

const ACTION = 'sts:AssumeRole'
const DEFAULT_SECONDS = 3600
const MIN_SECONDS = 900
const MAX_SESSION_POLICY_CHARS = 2048
const MAX_TOKEN_CHARS = 16_384

interface Sealed {
  readonly accessKeyId: string
  readonly secret: string
  readonly roleId: number
  readonly role: string
  readonly session: string
  readonly expirationMs: number
  readonly policy?: string
}

interface Parts {
  readonly accountId: string
  readonly secrets: SecretBox
  readonly book: PolicyBook
  readonly audit: AuditLog
  readonly authorise: Access['authorise']
  readonly clock: () => number
}

export interface TemporaryKeys {
  assumeRole(
    principal: Principal,
    request: AssumeRoleRequest,
    conditions: RequestConditions,
  ): Promise<TemporaryCredentials>
  /** @throws SecurityTokenInvalid, SecurityTokenExpired */
  find(accessKeyId: string, securityToken: string): Promise<{ secret: string; principal: Principal }>
}

export function temporaryKeys({ accountId, secrets, book, audit, authorise, clock }: Parts): TemporaryKeys {
  function issue(role: RoleInForce, { sessionName, policy }: AssumeRoleRequest, seconds: number): TemporaryCredentials {
    const key = newTemporaryKey()
    const expirationMs = Math.floor(clock() / 1000 + seconds) * 1000
    const sealed: Sealed = {
      accessKeyId: key.accessKeyId,
      secret: key.accessKeySecret,
      roleId: role.id,
      role: role.name,
      session: sessionName,
      expirationMs,
      ...(policy && { policy }),
    }
    return {
      ...key,
      securityToken: Buffer.from(secrets.seal('security-token', JSON.stringify(sealed))).toString('base64'),
      expirationMs,
      assumedRoleArn: roleArn(accountId, `${role.name}/${sessionName}`),
      assumedRoleId: `${role.id}:${sessionName}`,
    }
  }

  return {
    async assumeRole(principal, request, conditions) {
      const { roleArn: arn, sessionName: session, externalId = '' } = request
      const seconds = checkRequest(request)
      // Before the role is looked for: whoever may not take it does not learn whether it exists.
      await authorise(principal, ACTION, arn, conditions)
      const role = await book.ofRole(roleNameOf(arn, accountId))
      if (!role) throw problem('RoleNotFound', { role: clip(arn) })
      const taker = principal.kind === 'user' ? principal.arn : roleArn(accountId, roleOf(principal))
      const context = contextOf(principal, conditions, { 'sts:ExternalId': externalId })
      if (!trusts(role.trust, { arn: taker }, context)) {
        audit.note('denied', lineOf(principal, ACTION, arn, conditions, { code: 'RoleNotTrusted' }))
        throw problem('RoleNotTrusted', { role: role.name, who: taker })
      }
      if (seconds > role.maxSessionSeconds) {
        const expected = `at most ${role.maxSessionSeconds} seconds, the longest session of the role ${role.name}`
        throw problem('ParameterInvalid', { name: 'DurationSeconds', expected, found: String(seconds) })
      }
      audit.note('changed', lineOf(principal, ACTION, arn, conditions, { session, seconds }))
      return issue(role, request, seconds)
    },

    async find(accessKeyId, securityToken) {
      const sealed = openToken(secrets, securityToken)
      if (!sealed) throw problem('SecurityTokenInvalid', { reason: 'it was not issued here' })
      if (!isSame(sealed.accessKeyId, accessKeyId)) {
        throw problem('SecurityTokenInvalid', { reason: 'it belongs to another access key' })
      }
      if (sealed.expirationMs <= clock()) {
        throw problem('SecurityTokenExpired', { expiration: new Date(sealed.expirationMs).toISOString() })
      }
      const role = await book.ofRole(sealed.role)
      if (role?.id !== sealed.roleId) throw problem('SecurityTokenInvalid', { reason: 'its role was deleted' })
      const name = `${sealed.role}/${sealed.session}`
      const principal: Principal = {
        kind: 'assumed-role',
        name,
        arn: `acs:sts::${accountId}:assumed-role/${name}`,
        isAdmin: false,
        accessKeyId,
        ...(sealed.policy && { sessionPolicy: sealed.policy }),
      }
      return { secret: sealed.secret, principal }
    },
  }
}

/** @returns how long the credentials last, in seconds */
function checkRequest({ sessionName, durationSeconds: seconds = DEFAULT_SECONDS, policy }: AssumeRoleRequest): number {
  if (!/^[\w.@-]{2,64}$/.test(sessionName)) {
    const expected = '2 to 64 letters, digits and . @ - _'
    throw problem('ParameterInvalid', { name: 'RoleSessionName', expected, found: clip(sessionName) })
  }
  if (!Number.isInteger(seconds) || seconds < MIN_SECONDS) {
    const expected = `at least ${MIN_SECONDS} whole seconds`
    throw problem('ParameterInvalid', { name: 'DurationSeconds', expected, found: String(seconds) })
  }
  if (policy) {
    if (policy.length > MAX_SESSION_POLICY_CHARS) {
      const expected = `at most ${MAX_SESSION_POLICY_CHARS} characters`
      throw problem('ParameterInvalid', { name: 'Policy', expected, found: `${policy.length} characters` })
    }
    parsePolicy('session policy', policy)
  }
  return seconds
}

function openToken(secrets: SecretBox, token: string): Sealed | undefined {
  if (token.length > MAX_TOKEN_CHARS) return undefined
  const text = secrets.open('security-token', Buffer.from(token, 'base64'))
  return text && (JSON.parse(text.toString()) as Sealed)
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
