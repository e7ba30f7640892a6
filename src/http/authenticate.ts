/**
 * Who makes a request: the credentials it carries, checked.
 */
import type { Access, Principal } from '../access/index.ts'
import { checkClock, createNonces } from './nonces.ts'
import type { Claim } from './rpc/claim.ts'
import { header, type WireRequest } from './rpc/wire.ts'

export interface Caller {
  readonly principal: Principal
  /** Called once when the answer was sent (true) or the connection broke before (false). */
  readonly settle: (isAnswered: boolean) => void
}

export interface Authenticator {
  /** @throws SignatureMismatch, TimestampExpired, NonceUsed, AccessKeyNotFound, AccessKeyInactive, SecurityTokenInvalid */
  signed(claim: Claim): Promise<Caller>
  /** @throws BearerKeyInvalid */
  bearer(token: string): Promise<Caller>
}

export function createAuthenticator({ access, now = Date.now }: { access: Access; now?: () => number }): Authenticator {
  const nonces = createNonces({ now })
  return {
    async signed(claim) {
      const { secret, principal } = await access.findKey(claim.accessKeyId, claim.securityToken)
      // Before time and nonce: only the owner of the key learns about them, or uses up a nonce.
      await claim.verify(secret)
      if (claim.nonce !== undefined) return { principal, settle: nonces.take({ ...claim, nonce: claim.nonce }) }
      checkClock(claim.signedMs, now())
      return { principal, settle: () => {} }
    },
    async bearer(token) {
      return { principal: await access.findBearer(token), settle: () => {} }
    },
  }
}

/** The key of `Authorization: Bearer <key>` or of the SDKs' `x-acs-bearer-token`; '' = none. */
export function bearerToken(request: WireRequest): string {
  const match = /^Bearer +(\S+)$/i.exec(header(request, 'authorization'))
  return match?.[1] ?? header(request, 'x-acs-bearer-token')
}
