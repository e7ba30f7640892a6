/** The first lines of a manifest as an import would read them, before anything is imported. */
import type { Access } from '../access/index.ts'
import type { Bucket, Buckets } from '../buckets/index.ts'
import type { Instance } from '../instances/index.ts'
import type { ImportStart } from './imports.ts'
import { findManifest, folderOfPath, isProblem, type MayRead, readManifest } from './manifest.ts'
import { readLines } from './manifest-lines.ts'
import { parseRow, type Row } from './manifest-row.ts'

/** Enough for the lines of a preview; longer ones are given as they begin. */
const PREVIEW_BYTES = 256 * 1024
const MAX_TEXT = 500

export interface PreviewLine {
  readonly line: number
  /** As it stands in the manifest, at most 500 characters. */
  readonly text: string
  readonly operation?: 'ADD' | 'DELETE'
  readonly productId?: string
  readonly picName?: string
  readonly categoryId?: number
  /** What the line would fail with. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string }
  /** Of ADD lines: whether the bucket has the picture, and the role may read it. */
  readonly object?: { readonly isThere: boolean; readonly isAllowed: boolean; readonly missing: string }
}

export interface ManifestPreview {
  readonly key: string
  readonly sizeBytes: number
  readonly lines: readonly PreviewLine[]
  /** false = the manifest has more lines. */
  readonly isAll: boolean
}

/**
 * Reads and checks the first lines of a manifest; changes nothing.
 *
 * @throws what `imports.start` throws for bucket, path, role and manifest
 */
export async function previewManifest(
  { buckets, access }: { buckets: Buckets; access: Access },
  instance: Instance,
  { bucket: name, path, roleArn }: ImportStart,
  limit: number,
): Promise<ManifestPreview> {
  const folder = folderOfPath(path)
  const bucket = await buckets.open(name)
  const mayReadObject = await access.objectReader(roleArn ?? instance.defaultRole)
  const mayRead: MayRead = (key) => mayReadObject(name, key)
  const manifest = await findManifest(bucket, folder, mayRead)

  const end = Math.min(manifest.sizeBytes, PREVIEW_BYTES)
  const rows: { text: string; row: Row }[] = []
  let isAll = end === manifest.sizeBytes
  for await (const { line, bytes } of readLines(readManifest(manifest, { start: 0, end }), 1)) {
    if (rows.length === limit) {
      isAll = false
      break
    }
    const text = bytes
      ? Buffer.from(bytes)
          .toString('utf8')
          .replace(/^\uFEFF/, '')
      : ''
    if (text.trim() !== '') rows.push({ text, row: parseRow(text, line) })
  }
  // The last line of a cut beginning is cut itself.
  if (end < manifest.sizeBytes && rows.length < limit) rows.pop()
  const lines = await Promise.all(rows.map((one) => previewLine(one, bucket, folder, mayRead)))
  return { key: manifest.key, sizeBytes: manifest.sizeBytes, lines, isAll }
}

async function previewLine(
  { text, row }: { text: string; row: Row },
  bucket: Bucket,
  folder: string,
  mayRead: MayRead,
): Promise<PreviewLine> {
  const { line, productId, operation, picName } = row
  const shown = { line, text: text.slice(0, MAX_TEXT) }
  if (operation === 'NONE') {
    const { code, message, hint } = row.error
    return { ...shown, error: { code, message, hint } }
  }
  const named = { ...shown, operation, productId, ...(picName !== undefined && { picName }) }
  if (operation === 'DELETE') return named
  const object = await findObject(bucket, [...new Set([folder + row.picName, row.picName])], mayRead)
  return { ...named, ...(row.categoryId !== undefined && { categoryId: row.categoryId }), object }
}

/** Where an import looks for the picture: beside the manifest, then at the root. */
async function findObject(bucket: Bucket, keys: readonly string[], mayRead: MayRead) {
  const [first = ''] = keys
  const { allowed, missing } = mayRead(first)
  if (!allowed) return { isThere: false, isAllowed: false, missing }
  for (const key of keys.filter((candidate) => mayRead(candidate).allowed)) {
    const isThere = await bucket.head(key).then(
      () => true,
      (error) => {
        if (isProblem(error, 'ObjectNotFound')) return false
        throw error
      },
    )
    if (isThere) return { isThere, isAllowed: true, missing: '' }
  }
  return { isThere: false, isAllowed: true, missing: '' }
}
