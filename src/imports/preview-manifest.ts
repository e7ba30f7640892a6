/** The first lines of a manifest as an import would read them, before anything is imported. */
import { asProblem, type SightlineError } from '../errors.ts'
import type { Instance } from '../instances/index.ts'
import type { ImportsParts } from './active-imports.ts'
import type { ImportStart } from './imports.ts'
import { isProblem, type Manifest, type MayRead, readManifest } from './manifest.ts'
import { readLines } from './manifest-lines.ts'
import { openManifest } from './open-source.ts'
import { readableKeys } from './read-picture.ts'
import { type ReadRow, readRow } from './read-row.ts'

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
  parts: Pick<ImportsParts, 'buckets' | 'access'>,
  instance: Instance,
  { bucket, path, roleArn }: ImportStart,
  limit: number,
): Promise<ManifestPreview> {
  const role = roleArn || instance.defaultRole
  const { manifest, mayRead } = await openManifest(parts, bucket, path, role)
  const end = Math.min(manifest.sizeBytes, PREVIEW_BYTES)
  const rows: ReadRow[] = []
  let isAll = end === manifest.sizeBytes
  for await (const line of readLines(readManifest(manifest, { start: 0, end }), 1)) {
    if (rows.length === limit) {
      isAll = false
      break
    }
    const row = readRow(line)
    if (row) rows.push(row)
  }
  // The last line of a cut beginning is cut itself.
  if (end < manifest.sizeBytes && rows.length < limit) rows.pop()
  const lines = await Promise.all(rows.map((one) => previewLine(one, manifest, mayRead)))
  return { key: manifest.key, sizeBytes: manifest.sizeBytes, lines, isAll }
}

async function previewLine({ text, row }: ReadRow, manifest: Manifest, mayRead: MayRead): Promise<PreviewLine> {
  const { line, productId, operation, picName } = row
  const shown = { line, text: text.slice(0, MAX_TEXT) }
  if (operation === 'NONE') return { ...shown, error: shownError(row.error) }
  const named = { ...shown, operation, productId, ...(picName !== undefined && { picName }) }
  if (operation === 'DELETE') return named
  const { categoryId } = row
  const added = { ...named, ...(categoryId !== undefined && { categoryId }) }
  try {
    return { ...added, object: await findObject(manifest, row.picName, mayRead) }
  } catch (error) {
    return { ...added, error: shownError(asProblem(error)) }
  }
}

function shownError({ code, message, hint }: SightlineError) {
  return { code, message, hint }
}

async function findObject({ bucket, folder }: Manifest, picName: string, mayRead: MayRead) {
  const { keys, missing } = readableKeys(folder, picName, mayRead)
  if (keys.length === 0) return { isThere: false, isAllowed: false, missing }
  for (const key of keys) {
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
