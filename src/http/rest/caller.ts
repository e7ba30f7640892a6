/**
 * Who calls a route of `/v1`: a program with a signature or a bearer key, or a person with the console's cookie.
 */
import type { FastifyRequest } from 'fastify'
import { problem } from '../../errors.ts'
import { bearerToken, type Caller } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { isAcs3, readAcs3 } from '../rpc/acs3.ts'
import { header } from '../rpc/wire.ts'
import { readSessionCookie } from '../session-cookie.ts'

/** @throws CredentialsMissing, CsrfTokenInvalid, and the errors of the authenticator */
export async function readCaller({ wire }: FastifyRequest, { authenticator, services }: Door): Promise<Caller> {
  if (isAcs3(wire)) return authenticator.signed(readAcs3(wire))
  const token = bearerToken(wire)
  if (token) return authenticator.bearer(token)

  const sessionToken = readSessionCookie(wire.headers.cookie)
  const session = sessionToken === '' ? undefined : await services.sessions.find(sessionToken)
  if (!session) throw problem('CredentialsMissing', {})
  // A page of another site could make the browser send the cookie, but cannot know the token.
  if (wire.method !== 'GET') services.sessions.checkCsrf(sessionToken, header(wire, 'x-csrf-token'))
  return { principal: session.principal, settle: () => {} }
}
