/**
 * Finds the key that a request carries, and who that is.
 */
import { timingSafeEqual } from 'node:crypto'
import type { Logger } from 'pino'
import { clip, problem } from '../errors.ts'
import { findAccessKey, findBearerKey, touchAccessKey, touchBearerKey } from '../store/access.ts'
import type { Store } from '../store/index.ts'
import type { Principal } from './access.ts'
import { userArn } from './arns.ts'
import { hashBearerToken } from './credentials.ts'
import type { SecretBox } from './secret-box.ts'
import { shortCache } from './short-cache.ts'

/** How long a key is remembered; changes made by this server are seen at once. */
const CACHE_MS = 5000
const CACHE_KEYS = 1000
const LAST_USED_EVERY_MS = 60_000

export interface KeyRing {
  /** @throws AccessKeyNotFound, AccessKeyInactive */
  findKey(accessKeyId: string): Promise<{ secret: string; principal: Principal }>
  /** @throws BearerKeyInvalid */
  findBearer(token: string): Promise<Principal>
  /** Notes that a request of this principal was genuine; written at most once a minute a key, in the background. */
  used(principal: Principal): void
  /** Forgets what is remembered; after every change of users and keys. */
  forget(): void
  close(): Promise<void>
}

export function keyRing(parts: {
  store: Store
  secrets: SecretBox
  accountId: string
  clock: () => number
  log: Logger
}): KeyRing {
  const { store, secrets, accountId, clock, log } = parts
  const lastUsed = new Map<string, number>()
  const writing = new Set<Promise<void>>()

  const accessKeys = shortCache({ ttlMs: CACHE_MS, maxEntries: CACHE_KEYS, clock, load: loadAccessKey })
  const bearerKeys = shortCache({ ttlMs: CACHE_MS, maxEntries: CACHE_KEYS, clock, load: loadBearerKey })

  async function loadAccessKey(id: string): Promise<{ secret: string; principal: Principal }> {
    const row = await findAccessKey(store.read, id)
    if (!row) throw problem('AccessKeyNotFound', { accessKeyId: clip(id, 40) })
    if (!row.active) throw problem('AccessKeyInactive', { accessKeyId: id })
    const secret = secrets.open('access-key', row.secret)
    if (!secret) throw new Error(`the secret of access key ${id} does not open with the secret key`)
    return { secret: secret.toString(), principal: { ...userPrincipal(row), accessKeyId: id } }
  }

  async function loadBearerKey(hex: string): Promise<{ id: number; principal: Principal }> {
    const sha256 = Buffer.from(hex, 'hex')
    const row = await findBearerKey(store.read, sha256)
    // The lookup by hash leaks nothing of the token; the comparison is for a store that compares otherwise.
    if (!row?.active || !timingSafeEqual(row.sha256, sha256)) throw problem('BearerKeyInvalid', {})
    return { id: row.id, principal: { ...userPrincipal(row), accessKeyId: '', scope: row.scope } }
  }

  function userPrincipal(owner: { user_name: string; user_is_admin: number }) {
    return {
      kind: 'user' as const,
      name: owner.user_name,
      arn: userArn(accountId, owner.user_name),
      isAdmin: owner.user_is_admin === 1,
    }
  }

  function touch(key: string, write: (usedAt: number) => Promise<void>): void {
    const now = clock()
    if (now - (lastUsed.get(key) ?? 0) < LAST_USED_EVERY_MS) return
    lastUsed.set(key, now)
    const done = write(now)
      .catch((error) => log.warn({ err: error }, 'the time of last use of a key was not written'))
      .finally(() => writing.delete(done))
    writing.add(done)
  }

  return {
    findKey: (accessKeyId) => accessKeys.get(accessKeyId),
    async findBearer(token) {
      const { id, principal } = await bearerKeys.get(hashBearerToken(token).toString('hex'))
      touch(`bearer ${id}`, (at) => store.write((trx) => touchBearerKey(trx, id, at)))
      return principal
    },
    used({ accessKeyId, kind }) {
      if (accessKeyId === '' || kind !== 'user') return
      touch(accessKeyId, (at) => store.write((trx) => touchAccessKey(trx, accessKeyId, at)))
    },
    forget() {
      accessKeys.clear()
      bearerKeys.clear()
    },
    async close() {
      await Promise.all(writing)
    },
  }
}
