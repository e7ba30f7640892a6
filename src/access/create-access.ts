/**
 * Puts the room together.
 */
import type { Logger } from 'pino'
import { problem } from '../errors.ts'
import type { Store } from '../store/index.ts'
import type { Access } from './access.ts'
import type { NewAccessKey } from './credentials.ts'
import { keyRing } from './key-ring.ts'
import type { SecretBox } from './secret-box.ts'
import { setUp } from './setup.ts'

export interface AccessParts {
  readonly store: Store
  /** Where `secret.key` and `credentials.json` lie. */
  readonly dataDir: string
  /** SIGHTLINE_SECRET_KEY: 32 bytes as base64 or hex, or a passphrase; '' = the file `secret.key`. */
  readonly secretKey?: string
  /** Account id for the first start, for those who bring ARNs of the cloud along; default: a new one. */
  readonly accountId?: string
  readonly clock?: () => number
  readonly log: Logger
}

export interface OpenedAccess {
  readonly access: Access
  /** Seals other rooms' secrets at rest (a bucket's credentials). */
  readonly secrets: SecretBox
  /** The administrator's key, at the first start only; it is in `credentials.json` already. */
  readonly firstKey?: NewAccessKey
}

/**
 * Opens access; the first start makes the account, the user `admin` with one access key, and `credentials.json`.
 *
 * @throws SecretKeyMissing, SecretKeyInvalid, SecretKeyMismatch when the secrets in the store cannot be read
 */
export async function createAccess(parts: AccessParts): Promise<OpenedAccess> {
  const { store, log, clock = Date.now } = parts
  const { accountId, secrets, firstKey } = await setUp({
    store,
    dataDir: parts.dataDir,
    secretKey: parts.secretKey ?? '',
    accountId: parts.accountId ?? '',
    clock,
  })
  const keys = keyRing({ store, secrets, accountId, clock, log })

  const access: Access = {
    accountId,
    findKey: keys.findKey,
    findBearer: keys.findBearer,
    async authorise(principal, action, resource) {
      keys.used(principal)
      if (principal.isAdmin) return
      throw problem('NoPermission', { principal: principal.arn, action, resource, denied: 'implicitly' })
    },
    instanceResource: (name) => `acs:imagesearch:*:${accountId}:instance/${name}`,
    async objectReader(roleArn) {
      if (roleArn === '') return () => ({ allowed: true, missing: '' })
      throw problem('RoleNotFound', { role: roleArn })
    },
    close: () => keys.close(),
  }
  return { access, secrets, ...(firstKey ? { firstKey } : {}) }
}
