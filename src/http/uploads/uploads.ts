/**
 * Pictures that the Advance calls of the SDKs upload before the call that uses them. They lie in a folder of their own
 * for ten minutes, then they are gone.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problem } from '../../errors.ts'

const LIFETIME_MS = 10 * 60_000
/** The oldest uploads make room beyond it. */
const MAX_TOTAL_BYTES = 1024 ** 3
/** Part of every object key, so that an address that was ours is known when its upload is gone. */
const KEY_PREFIX = 'sightline-upload/'

/** What a form post needs; the caller copies it into the form. */
export interface Grant {
  readonly objectKey: string
  readonly encodedPolicy: string
  readonly signature: string
}

export interface Uploads {
  grant(): Grant
  /** @throws UploadNotGranted, UploadGrantExpired */
  store(form: { policy: string; signature: string; key: string }, bytes: Uint8Array): Promise<void>
  /** The bytes behind an address, whatever its host; undefined = no upload of ours. @throws UploadGone */
  read(address: string): Promise<Uint8Array> | undefined
  close(): Promise<void>
}

interface Upload {
  readonly file: string
  readonly bytes: number
  readonly expiresMs: number
}

/** @param folder made when it is needed, removed by `close`; default a new one below the system's temporary folder */
export function createUploads(parts: { signingKey: Uint8Array; folder?: string; now?: () => number }): Uploads {
  const { signingKey, now = Date.now } = parts
  // In order of arrival, which is the order of expiry.
  const stored = new Map<string, Upload>()
  let total = 0
  let folder: Promise<string> | undefined

  const sign = (policy: string) => createHmac('sha256', signingKey).update(policy).digest('base64')

  async function forget(key: string, { file, bytes }: Upload): Promise<void> {
    stored.delete(key)
    total -= bytes
    await rm(file, { force: true })
  }

  async function makeRoom(bytes: number): Promise<void> {
    for (const [key, upload] of stored) {
      if (upload.expiresMs > now() && total + bytes <= MAX_TOTAL_BYTES) return
      await forget(key, upload)
    }
  }

  return {
    grant() {
      const objectKey = `${KEY_PREFIX}${randomUUID()}`
      const policy = { key: objectKey, expiresMs: now() + LIFETIME_MS }
      const encodedPolicy = Buffer.from(JSON.stringify(policy)).toString('base64')
      return { objectKey, encodedPolicy, signature: sign(encodedPolicy) }
    },
    async store({ policy, signature, key }, bytes) {
      const [expected, sent] = [Buffer.from(sign(policy)), Buffer.from(signature)]
      if (expected.length !== sent.length || !timingSafeEqual(expected, sent)) throw problem('UploadNotGranted', {})
      const granted = JSON.parse(Buffer.from(policy, 'base64').toString()) as { key: string; expiresMs: number }
      if (granted.key !== key) throw problem('UploadNotGranted', {})
      if (granted.expiresMs < now()) throw problem('UploadGrantExpired', {})

      await makeRoom(bytes.length)
      folder ??= openFolder(parts.folder)
      const file = join(await folder, key.slice(KEY_PREFIX.length))
      await writeFile(file, bytes)
      const before = stored.get(key)
      if (before) total -= before.bytes
      stored.set(key, { file, bytes: bytes.length, expiresMs: now() + LIFETIME_MS })
      total += bytes.length
    },
    read(address) {
      const path = URL.parse(address)?.pathname.slice(1) ?? ''
      if (!path.startsWith(KEY_PREFIX)) return undefined
      const upload = stored.get(path)
      if (!upload || upload.expiresMs < now()) throw problem('UploadGone', {})
      return readFile(upload.file)
    },
    async close() {
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }
}

async function openFolder(folder: string | undefined): Promise<string> {
  if (!folder) return mkdtemp(join(tmpdir(), 'sightline-uploads-'))
  // What an earlier process left behind has no grant any more.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return folder
}
