/**
 * The cookie that carries a session of the console.
 */
import { LONGEST_SESSION_MS } from '../access/index.ts'

const NAME = 'sightline_session'

/** The session's token in a `Cookie` header; '' = none. */
export function readSessionCookie(cookieHeader: string | undefined): string {
  for (const part of (cookieHeader ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=', 2)
    if (name === NAME) return value
  }
  return ''
}

/** `Set-Cookie`: out of reach for scripts, never sent along from other sites. */
export function sessionCookie(token: string, isTls: boolean): string {
  const maxAge = token === '' ? 0 : LONGEST_SESSION_MS / 1000
  return `${NAME}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${isTls ? '; Secure' : ''}`
}
