/** The manifest of an import: where it lies, whether it can be one, and reading parts of it. */
import type { Bucket, ObjectInfo } from '../buckets/index.ts'
import { clip, problem, SightlineError } from '../errors.ts'
import { nearNames } from './near-names.ts'

export const MANIFEST_NAME = 'increment.meta'

/** Enough to see what kind of file it is, and that it is not blank. */
export const HEAD_BYTES = 64 * 1024

/** Asks the role of an import for an object; `missing` = the permission it would need. */
export type MayRead = (key: string) => { readonly allowed: boolean; readonly missing: string }

export interface Manifest {
  readonly bucket: Bucket
  readonly key: string
  /** Folder of the manifest as a prefix: '' or 'a/b/'. */
  readonly folder: string
  readonly etag: string
  readonly sizeBytes: number
}

/** The folder of an import's path as a prefix of keys: '/' -> '', '/a/b' -> 'a/b/'. @throws PathInvalid */
export function folderOfPath(path: string): string {
  if (path === '/') return ''
  const parts = path.split('/').slice(1)
  const isBad = parts.some((part) => part === '' || part === '.' || part === '..')
  if (!path.startsWith('/') || isBad || path.includes('\0')) throw problem('PathInvalid', { path: clip(path) })
  return `${parts.join('/')}/`
}

/**
 * @param mayRead what the role of the import allows
 * @throws ManifestNotPermitted, ManifestMissing, ManifestEmpty, ManifestNotText
 */
export async function findManifest(bucket: Bucket, folder: string, mayRead: MayRead): Promise<Manifest> {
  const key = folder + MANIFEST_NAME
  const { allowed, missing } = mayRead(key)
  if (!allowed) throw problem('ManifestNotPermitted', { key, missing })
  const info = await bucket.head(key).catch(async (error) => {
    if (!isProblem(error, 'ObjectNotFound')) throw error
    const hint = await nearNames(bucket, key, mayRead)
    throw problem('ManifestMissing', { bucket: bucket.name, key }, { cause: error, ...(hint && { hint }) })
  })
  const manifest = { bucket, key, folder, etag: info.etag, sizeBytes: info.sizeBytes }
  await checkContent(manifest, info)
  return manifest
}

async function checkContent(manifest: Manifest, { key, sizeBytes }: ObjectInfo): Promise<void> {
  const parts: Uint8Array[] = []
  for await (const part of readManifest(manifest, { start: 0, end: Math.min(sizeBytes, HEAD_BYTES) })) parts.push(part)
  const head = Buffer.concat(parts)
  const found = notText(head)
  if (found) throw problem('ManifestNotText', { key, found })
  if (head.length === sizeBytes && head.toString().trim() === '') throw problem('ManifestEmpty', { key })
}

function notText(head: Buffer): string | undefined {
  const start = head.subarray(0, 4).toString('hex')
  if (start.startsWith('fffe') || start.startsWith('feff')) return 'UTF-16'
  if (start.startsWith('1f8b')) return 'a gzip file'
  if (start === '504b0304') return 'a zip file'
  if (head.includes(0)) return 'a binary file'
  return undefined
}

/**
 * Bytes `start` to before `end`.
 *
 * @throws ManifestChanged when it is not the manifest any more that the import began with, BucketUnreachable
 */
export async function* readManifest(
  { bucket, key, etag }: Manifest,
  range: { start: number; end: number },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    const { stream } = await bucket.get(key, { range, ifMatch: etag, ...(signal && { signal }) })
    yield* stream
  } catch (error) {
    if (isProblem(error, 'ObjectChanged') || isProblem(error, 'ObjectNotFound')) {
      throw problem('ManifestChanged', { key }, { cause: error })
    }
    throw error
  }
}

export function isProblem(error: unknown, code: SightlineError['code']): boolean {
  return error instanceof SightlineError && error.code === code
}
