/**
 * Secrets at rest: sealed with AES-256-GCM under one key of the installation, which is in an environment variable or in
 * a file beside the data, never in the database.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { problem } from '../errors.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Seals and opens small values. Every purpose has a key of its own: what was sealed for one does not open for another. */
export interface SecretBox {
  /** Nonce, ciphertext and tag in one. */
  seal(purpose: string, plain: Uint8Array | string): Uint8Array
  /** The sealed bytes as they were, or undefined when they were not sealed by this key for this purpose. */
  open(purpose: string, sealed: Uint8Array): Buffer | undefined
  /** The purpose's own key of 32 bytes, the same at every start: for what is signed and not sealed. */
  keyFor(purpose: string): Uint8Array
}

/** A box under a 32-byte key. */
export function secretBox(key: Uint8Array): SecretBox {
  const keys = new Map<string, Buffer>()

  function keyFor(purpose: string): Buffer {
    let derived = keys.get(purpose)
    if (!derived) {
      derived = Buffer.from(hkdfSync('sha256', key, '', `sightline ${purpose}`, KEY_BYTES))
      keys.set(purpose, derived)
    }
    return derived
  }

  return {
    keyFor,
    seal(purpose, plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce)
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(purpose, sealed) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
      const tagStart = sealed.length - TAG_BYTES
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), sealed.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(sealed.subarray(tagStart))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagStart)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

/**
 * The key of a setting: 32 bytes as base64 or hex are taken as they are, anything else is a passphrase.
 *
 * @param salt belongs to the installation; the same passphrase gives another key elsewhere
 */
export function keyFromSetting(setting: string, salt: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(setting)) return Buffer.from(setting, 'hex')
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(setting)) return Buffer.from(setting, 'base64')
  // N = 2^15, r = 8, p = 1: OWASP's cost for interactive use, 32 MB, well under the limit set here.
  return scryptSync(setting, salt, KEY_BYTES, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 })
}

/** Where the key lies when no setting gives it. */
export function secretKeyFile(dataDir: string): string {
  return join(dataDir, 'secret.key')
}

/** The key of the data folder's file; undefined when there is none. @throws SecretKeyInvalid */
export async function readKeyFile(dataDir: string): Promise<Buffer | undefined> {
  const file = secretKeyFile(dataDir)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw problem('SecretKeyInvalid', { file, reason: (error as Error).message }, { cause: error })
  }
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== KEY_BYTES) {
    throw problem('SecretKeyInvalid', { file, reason: `it holds ${key.length} bytes, not ${KEY_BYTES}` })
  }
  return key
}

/** Makes the data folder's key file, readable by its owner alone; on the disk when this returns. */
export async function createKeyFile(dataDir: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES)
  // 'wx': a key that is there is never overwritten, the secrets sealed with it would be lost.
  const handle = await open(secretKeyFile(dataDir), 'wx', 0o600)
  try {
    await handle.writeFile(`${key.toString('base64')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return key
}
