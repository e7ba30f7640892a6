/**
 * The first start makes the account and its administrator; every later one checks that the secret key fits the data.
 */

import { problem } from '../errors.ts'
import { insertAccessKey, insertUser } from '../store/access.ts'
import type { Store } from '../store/index.ts'
import { readMeta, writeMeta } from '../store/meta.ts'
import { type NewAccessKey, newAccessKey, newAccountId } from './credentials.ts'
import { writeCredentials } from './credentials-file.ts'
import { createKeyFile, keyFromSetting, readKeyFile, type SecretBox, secretBox, secretKeyFile } from './secret-box.ts'

const ACCOUNT = 'account-id'
/** A known text sealed with the key: opens only with the key that the other secrets are sealed with. */
const KEY_CHECK = 'secret-key-check'
const KEY_CHECK_TEXT = 'sightline'

export interface Setup {
  readonly accountId: string
  readonly secrets: SecretBox
  /** The administrator's key, at the first start only. */
  readonly firstKey?: NewAccessKey
}

export async function setUp(parts: {
  store: Store
  dataDir: string
  secretKey: string
  accountId: string
  clock: () => number
}): Promise<Setup> {
  const known = await readMeta(parts.store.read, ACCOUNT)
  const accountId = known ?? (parts.accountId || newAccountId())
  const check = await readMeta(parts.store.read, KEY_CHECK)
  const secrets = await openBox({ ...parts, accountId, check })
  if (known !== undefined && check !== undefined) return { accountId, secrets }

  const firstKey = newAccessKey()
  // The file first: a crash before the commit leaves credentials that the next start replaces, never an account without.
  await writeCredentials(parts.dataDir, { endpoint: '', accountId, ...firstKey })
  await parts.store.write(async (trx) => {
    await writeMeta(trx, ACCOUNT, accountId)
    await writeMeta(trx, KEY_CHECK, Buffer.from(secrets.seal('key-check', KEY_CHECK_TEXT)).toString('base64'))
    const now = parts.clock()
    const admin = await insertUser(trx, {
      name: 'admin',
      display_name: 'Administrator',
      is_admin: 1,
      password_hash: '',
      created_at: now,
    })
    await insertAccessKey(trx, {
      id: firstKey.accessKeyId,
      user_id: admin.id,
      secret: secrets.seal('access-key', firstKey.accessKeySecret),
      active: 1,
      description: 'made at the first start, in credentials.json',
      created_at: now,
      last_used_at: 0,
    })
  })
  return { accountId, secrets, firstKey }
}

async function openBox(parts: {
  dataDir: string
  secretKey: string
  accountId: string
  check: string | undefined
}): Promise<SecretBox> {
  const { dataDir, secretKey, accountId, check } = parts
  let key = secretKey ? keyFromSetting(secretKey, accountId) : await readKeyFile(dataDir)
  if (!key) {
    if (check !== undefined) throw problem('SecretKeyMissing', { file: secretKeyFile(dataDir) })
    key = await createKeyFile(dataDir)
  }
  const box = secretBox(key)
  if (check !== undefined && box.open('key-check', Buffer.from(check, 'base64'))?.toString() !== KEY_CHECK_TEXT) {
    throw problem('SecretKeyMismatch', { source: secretKey ? 'SIGHTLINE_SECRET_KEY' : secretKeyFile(dataDir) })
  }
  return box
}
