/**
 * Managing keys: access keys, which sign requests, and bearer keys, which are sent as they are.
 */
import { clip, problem } from '../errors.ts'
import {
  type AccessKeyRow,
  type BearerKeyRow,
  deleteAccessKey,
  deleteBearerKey,
  insertAccessKey,
  insertBearerKey,
  listAccessKeys,
  listBearerKeys,
  listUsers,
  setAccessKeyActive,
  setBearerKeyActive,
} from '../store/access.ts'
import type { Db, Store, Trx } from '../store/index.ts'
import type { AccessAdmin, Actor, KeyInfo } from './access-admin.ts'
import type { Changes } from './changes.ts'
import { hashBearerToken, newAccessKey, newBearerToken } from './credentials.ts'
import type { SecretBox } from './secret-box.ts'
import { existingUser, manageableUser } from './users.ts'

/** Characters of a bearer key that are kept to tell keys apart; 48 of its 256 bits. */
const PREFIX_CHARS = 11

type Keys = Pick<AccessAdmin, 'listKeys' | 'createKey' | 'setKeyActive' | 'deleteKey'>

/** A key as the database has it; a bearer key's row is found by a number, an access key's by its id. */
type StoredKey = KeyInfo & { readonly rowId: number }

export function createKeys(parts: { store: Store; secrets: SecretBox; clock: () => number; change: Changes }): Keys {
  const { store, secrets, clock, change } = parts

  async function keysOf(db: Db, user: { id: number; name: string }): Promise<StoredKey[]> {
    const access = await listAccessKeys(db, user.id)
    const bearer = await listBearerKeys(db, user.id)
    return [
      ...access.map((row) => accessKeyInfo(row, user.name)),
      ...bearer.map((row) => bearerKeyInfo(row, user.name)),
    ]
  }

  /** Changes one key of a user, which must be his: the caller was authorised for this user. */
  async function changeKey(
    actor: Actor,
    parts: { user: string; id: string; action: string; detail: Record<string, unknown> },
    write: (trx: Trx, key: StoredKey) => Promise<void>,
  ): Promise<StoredKey> {
    const { user, id, action, detail } = parts
    const line = { action, on: `user/${user}`, detail: { key: clip(id, 40), ...detail } }
    return await change(actor, line, async (trx) => {
      const owner = await manageableUser(trx, actor.principal, user)
      const key = (await keysOf(trx, owner)).find((key) => key.id === id)
      if (!key) throw problem('AccessKeyNotFound', { accessKeyId: clip(id, 40) })
      await write(trx, key)
      return key
    })
  }

  return {
    async listKeys(name) {
      const users = name === undefined ? await listUsers(store.read) : [await existingUser(store.read, name)]
      return (await Promise.all(users.map((user) => keysOf(store.read, user)))).flat().map(shown)
    },

    async createKey(actor, user, { scope, description = '' }) {
      const pair = newAccessKey()
      const token = newBearerToken()
      const id = scope ? token.slice(0, PREFIX_CHARS) : pair.accessKeyId
      const detail = { key: id, description, ...(scope && { scope }) }
      const now = clock()
      const common = { active: 1, description, created_at: now, last_used_at: 0 }
      await change(actor, { action: 'ram:CreateAccessKey', on: `user/${user}`, detail }, async (trx) => {
        const { id: user_id } = await manageableUser(trx, actor.principal, user)
        if (scope) {
          await insertBearerKey(trx, { ...common, user_id, prefix: id, scope, sha256: hashBearerToken(token) })
        } else {
          await insertAccessKey(trx, {
            ...common,
            user_id,
            id,
            secret: secrets.seal('access-key', pair.accessKeySecret),
          })
        }
      })
      const info = { id, user, isActive: true, description, createdMs: now, lastUsedMs: 0 }
      return scope
        ? { ...info, kind: 'bearer', scope, secret: token }
        : { ...info, kind: 'access', secret: pair.accessKeySecret }
    },

    async setKeyActive(actor, user, id, isActive) {
      const parts = { user, id, action: 'ram:UpdateAccessKey', detail: { isActive } }
      const key = await changeKey(actor, parts, async (trx, { kind, rowId }) => {
        if (kind === 'bearer') await setBearerKeyActive(trx, rowId, isActive)
        else await setAccessKeyActive(trx, id, isActive)
      })
      return shown({ ...key, isActive })
    },

    async deleteKey(actor, user, id) {
      await changeKey(actor, { user, id, action: 'ram:DeleteAccessKey', detail: {} }, async (trx, { kind, rowId }) => {
        if (kind === 'bearer') await deleteBearerKey(trx, rowId)
        else await deleteAccessKey(trx, id)
      })
    },
  }
}

function shown({ rowId: _, ...info }: StoredKey): KeyInfo {
  return info
}

function accessKeyInfo(row: AccessKeyRow, user: string): StoredKey {
  return { ...keyInfo(row, user), id: row.id, kind: 'access', rowId: 0 }
}

function bearerKeyInfo(row: BearerKeyRow, user: string): StoredKey {
  return { ...keyInfo(row, user), id: row.prefix, kind: 'bearer', scope: row.scope, rowId: row.id }
}

function keyInfo(row: AccessKeyRow | BearerKeyRow, user: string) {
  return {
    user,
    isActive: row.active === 1,
    description: row.description,
    createdMs: row.created_at,
    lastUsedMs: row.last_used_at,
  }
}
