/**
 * Sessions of the console: a person signs in by a one-time link or a password and carries a cookie from then on.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { clip, problem } from '../errors.ts'
import { findUser, updateUser } from '../store/access.ts'
import type { Store } from '../store/index.ts'
import {
  deleteOldSessions,
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  touchSession,
} from '../store/sessions.ts'
import type { Principal } from './access.ts'
import { userArn } from './arns.ts'
import { hashPassword, isPassword } from './passwords.ts'
import type { NoteSignIn } from './sign-in-notes.ts'
import { signInThrottle } from './sign-in-throttle.ts'

const DAY_MS = 24 * 60 * 60_000
/** A session ends when it was not used for so long, */
const IDLE_MS = 7 * DAY_MS
/** and after so long in any case. */
export const LONGEST_SESSION_MS = 30 * DAY_MS
const LINK_MS = DAY_MS
const TOUCH_EVERY_MS = 60_000
const MAX_LINKS = 100
/** scrypt takes 64 MB each: more at once would let anybody fill the memory. */
const MAX_PASSWORD_CHECKS = 4

/** Where somebody signs in from. */
export interface SignInOrigin {
  readonly remoteAddress: string
  readonly userAgent: string
  readonly requestId?: string
}

export interface Session {
  readonly principal: Principal
  /** Must come back in `x-csrf-token` with every request that changes something. */
  readonly csrfToken: string
}

/** A session that was just opened; the token goes into the cookie and is kept nowhere. */
export interface OpenedSession extends Session {
  readonly token: string
}

export interface Sessions {
  /** A token that signs this user in once, within a day and until the server stops. @throws SignInFailed for unknown users */
  newLink(userName: string): Promise<string>
  /** @throws SignInLinkInvalid */
  openByLink(link: string, origin: SignInOrigin): Promise<OpenedSession>
  /** @throws SignInFailed, SignInThrottled */
  openByPassword(userName: string, password: string, origin: SignInOrigin): Promise<OpenedSession>
  /** Undefined when the token is unknown or too old. */
  find(token: string): Promise<Session | undefined>
  /** For requests that change something. @throws CsrfTokenInvalid */
  checkCsrf(token: string, csrfToken: string): void
  close(token: string): Promise<void>
  /** Signs the user out everywhere. */
  closeAll(userName: string): Promise<void>
  /** Sets the password and signs the user out everywhere. @throws PasswordInvalid, UserNotFound */
  setPassword(userName: string, password: string): Promise<void>
}

/** @param noteFailure writes down sign-ins that failed */
export function createSessions(parts: {
  store: Store
  accountId: string
  clock: () => number
  noteFailure: NoteSignIn
}): Sessions {
  const { store, accountId, clock, noteFailure } = parts
  const links = new Map<string, { userName: string; expiresMs: number }>()
  const throttle = signInThrottle(clock)
  let passwordChecks = 0

  function principalOf(name: string, isAdmin: boolean): Principal {
    return { kind: 'user', name, arn: userArn(accountId, name), isAdmin, accessKeyId: '' }
  }

  async function open(userName: string, origin: SignInOrigin): Promise<OpenedSession> {
    const user = await findUser(store.read, userName)
    if (!user) throw problem('SignInFailed', {})
    const token = randomBytes(32).toString('base64url')
    const now = clock()
    await store.write(async (trx) => {
      await deleteOldSessions(trx, now - IDLE_MS, now - LONGEST_SESSION_MS)
      await insertSession(trx, {
        sha256: hash(token),
        user_id: user.id,
        remote_address: origin.remoteAddress,
        user_agent: origin.userAgent.slice(0, 200),
        created_at: now,
        used_at: now,
      })
    })
    return { token, principal: principalOf(user.name, user.is_admin === 1), csrfToken: csrfTokenOf(token) }
  }

  async function existing(userName: string) {
    const user = await findUser(store.read, userName)
    if (!user) throw problem('UserNotFound', { name: clip(userName) })
    return user
  }

  return {
    async newLink(userName) {
      await existing(userName)
      const link = randomBytes(24).toString('base64url')
      links.set(hash(link).toString('hex'), { userName, expiresMs: clock() + LINK_MS })
      for (const key of links.keys()) {
        if (links.size <= MAX_LINKS) break
        links.delete(key)
      }
      return link
    },

    async openByLink(link, origin) {
      const key = hash(link).toString('hex')
      const found = links.get(key)
      links.delete(key)
      if (!found || found.expiresMs < clock()) {
        noteFailure(found?.userName ?? '', origin, 'SignInLinkInvalid')
        throw problem('SignInLinkInvalid', {})
      }
      return await open(found.userName, origin)
    },

    async openByPassword(userName, password, origin) {
      const keys = [`user ${userName}`, `address ${origin.remoteAddress}`]
      throttle.check(keys)
      if (passwordChecks >= MAX_PASSWORD_CHECKS) throw problem('SignInThrottled', { seconds: 1 })
      // Counted before the slow check: many attempts at once must not all pass before the first has failed.
      throttle.failed(keys)
      passwordChecks++
      try {
        const user = await findUser(store.read, userName)
        if (!(await isPassword(password, user?.password_hash ?? ''))) {
          noteFailure(userName, origin, 'SignInFailed')
          throw problem('SignInFailed', {})
        }
        throttle.succeeded(keys)
      } finally {
        passwordChecks--
      }
      return await open(userName, origin)
    },

    async find(token) {
      const sha256 = hash(token)
      const row = await findSession(store.read, sha256)
      const now = clock()
      if (!row || row.used_at < now - IDLE_MS || row.created_at < now - LONGEST_SESSION_MS) return undefined
      if (row.used_at < now - TOUCH_EVERY_MS) await store.write((trx) => touchSession(trx, sha256, now))
      return { principal: principalOf(row.user_name, row.user_is_admin === 1), csrfToken: csrfTokenOf(token) }
    },

    checkCsrf(token, csrfToken) {
      const expected = Buffer.from(csrfTokenOf(token))
      const found = Buffer.from(csrfToken)
      if (found.length !== expected.length || !timingSafeEqual(found, expected)) throw problem('CsrfTokenInvalid', {})
    },

    async close(token) {
      await store.write((trx) => deleteSession(trx, hash(token)))
    },

    async closeAll(userName) {
      const user = await existing(userName)
      await store.write((trx) => deleteSessionsOf(trx, user.id))
    },

    async setPassword(userName, password) {
      const user = await existing(userName)
      const password_hash = await hashPassword(password)
      await store.write(async (trx) => {
        await updateUser(trx, user.id, { password_hash })
        await deleteSessionsOf(trx, user.id)
      })
    },
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Derived, so that it needs no column: who has the cookie's token can make it, who has only this cannot go back. */
function csrfTokenOf(token: string): string {
  return createHash('sha256').update(`csrf ${token}`).digest('base64url')
}
