/**
 * Puts the room together.
 */
import type { Logger } from 'pino'
import type { Store } from '../store/index.ts'
import type { Access } from './access.ts'
import type { AccessAdmin } from './access-admin.ts'
import { type AuditLog, createAuditLog, lineOf } from './audit.ts'
import { createChanges } from './changes.ts'
import type { NewAccessKey } from './credentials.ts'
import { decide, questionOf } from './decide.ts'
import { keyRing } from './key-ring.ts'
import { createKeys } from './keys.ts'
import { noPermission, readDiagnosis } from './no-permission.ts'
import { objectReader } from './object-reader.ts'
import { createPolicies } from './policies.ts'
import { createPolicyBook, type PolicyBook } from './policy-book.ts'
import { createRoles } from './roles.ts'
import type { SecretBox } from './secret-box.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { setUp } from './setup.ts'
import { signInNotes } from './sign-in-notes.ts'
import { createSimulate } from './simulate.ts'
import { writeSystemPolicies } from './system-policies.ts'
import { temporaryKeys } from './temporary-credentials.ts'
import { createUsers, existingUser } from './users.ts'

export interface AccessParts {
  readonly store: Store
  /** Where `secret.key` and `credentials.json` lie. */
  readonly dataDir: string
  /** SIGHTLINE_SECRET_KEY: 32 bytes as base64 or hex, or a passphrase; '' = the file `secret.key`. */
  readonly secretKey?: string
  /** Account id for the first start, for those who bring ARNs of the cloud along; default: a new one. */
  readonly accountId?: string
  /** Lines that the audit log keeps; default 100,000. */
  readonly auditRows?: number
  /** How long it keeps them; default a year. */
  readonly auditAgeMs?: number
  readonly clock?: () => number
  readonly log: Logger
}

export interface OpenedAccess {
  readonly access: Access
  readonly admin: AccessAdmin
  readonly sessions: Sessions
  /** Seals other rooms' secrets at rest (a bucket's credentials). */
  readonly secrets: SecretBox
  /** The administrator's key, at the first start only; it is in `credentials.json` already. */
  readonly firstKey?: NewAccessKey
}

const AUDIT_ROWS = 100_000
const AUDIT_AGE_MS = 365 * 24 * 60 * 60_000

/**
 * Opens access; the first start makes the account, the user `admin` with one access key, and `credentials.json`.
 *
 * @throws SecretKeyMissing, SecretKeyInvalid, SecretKeyMismatch when the secrets in the store cannot be read
 */
export async function createAccess(parts: AccessParts): Promise<OpenedAccess> {
  const { store, dataDir, secretKey = '', log, clock = Date.now } = parts
  const { auditRows: maxRows = AUDIT_ROWS, auditAgeMs: maxAgeMs = AUDIT_AGE_MS } = parts
  const setup = await setUp({ store, dataDir, secretKey, accountId: parts.accountId ?? '', clock })
  const { accountId, secrets, firstKey } = setup
  await writeSystemPolicies(store, clock())

  const room: Room = {
    store,
    accountId,
    secrets,
    clock,
    log,
    book: createPolicyBook({ store, clock }),
    audit: createAuditLog({ store, clock, log, maxRows, maxAgeMs }),
  }
  const keys = keyRing(room)
  const forget = () => {
    keys.forget()
    room.book.forget()
  }
  return {
    access: createDoor(room, keys),
    admin: createAdmin(room, forget),
    sessions: createSessions({ ...room, noteFailure: signInNotes(room) }),
    secrets,
    ...(firstKey && { firstKey }),
  }
}

interface Room {
  readonly store: Store
  readonly accountId: string
  readonly secrets: SecretBox
  readonly clock: () => number
  readonly log: Logger
  readonly book: PolicyBook
  readonly audit: AuditLog
}

function createDoor(room: Room, keys: ReturnType<typeof keyRing>): Access {
  const { accountId, secrets, book, audit } = room

  const authorise: Access['authorise'] = async (principal, action, resource, conditions) => {
    keys.used(principal)
    const verdict = await decide(book, principal, questionOf(principal, action, resource, conditions))
    if (verdict.kind === 'Allow') return
    const { kind, by } = verdict
    audit.note('denied', lineOf(principal, action, resource, conditions, { kind, ...by }))
    throw noPermission({ accountId, secrets, principal, action, resource, conditions, verdict })
  }

  const temporary = temporaryKeys({ ...room, authorise })
  return {
    accountId,
    findKey: (id, token) => (token ? temporary.find(id, token) : keys.findKey(id)),
    findBearer: keys.findBearer,
    authorise,
    async isAllowed(principal, action, resource, conditions) {
      const verdict = await decide(book, principal, questionOf(principal, action, resource, conditions))
      return verdict.kind === 'Allow'
    },
    assumeRole: temporary.assumeRole,
    instanceResource: (name) => `acs:imagesearch:*:${accountId}:instance/${name}`,
    objectReader: (roleArn) => objectReader(room, roleArn),
    async close() {
      await keys.close()
      await audit.close()
    },
  }
}

function createAdmin(room: Room, forget: () => void): AccessAdmin {
  const { store, secrets, audit } = room
  const parts = { ...room, change: createChanges({ ...room, forget }) }
  const { info, ...users } = createUsers(parts)
  const keys = createKeys(parts)
  return {
    ...users,
    ...keys,
    ...createRoles(parts),
    ...createPolicies(parts),
    async user(name) {
      return { ...(await info(await existingUser(store.read, name))), keys: await keys.listKeys(name) }
    },
    simulate: createSimulate(room),
    diagnose: (message) => readDiagnosis(secrets, message),
    audit: (page) => audit.list(page),
    async recordChange({ principal, requestId, remoteAddress }, action, resource, detail) {
      const entry = { principal: principal.arn, action, resource, requestId, remoteAddress, detail }
      await store.write((trx) => audit.changed(trx, entry))
    },
  }
}
