/** The picture of a row that was not imported, small: people see at once what is wrong with most of them. */
import { problem } from '../errors.ts'
import { PICTURE_RULES, type Vision } from '../vision/index.ts'
import type { ImportsParts } from './active-imports.ts'
import type { Imports } from './imports.ts'
import { openSource } from './open-source.ts'
import { pictureSource } from './read-picture.ts'

/**
 * Reads the picture as the import did, with its role, and makes a small JPEG of it.
 *
 * @throws ImportNotFound, RowPictureMissing, what reading the object and decoding the picture throw
 */
export async function rowPicture(
  parts: Pick<ImportsParts, 'buckets' | 'access'> & { imports: Imports; vision: Vision },
  { id, line }: { id: number; line: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { bucket: bucketName, path, roleArn } = await parts.imports.status(id)
  const [row] = await parts.imports.rows(id, { afterLine: line - 1, limit: 1 })
  if (row?.line !== line || row.picName === '') throw problem('RowPictureMissing', { line, importId: id })
  const { bucket, folder, mayRead } = await openSource(parts, bucketName, path, roleArn)
  const { bytes } = await pictureSource(bucket, folder, mayRead).read(row.picName, signal)
  const { thumbnail } = await parts.vision.analyse(bytes, {
    rules: PICTURE_RULES.open,
    priority: 'import',
    crop: false,
    thumbnail: true,
    signal,
  })
  if (!thumbnail) throw problem('RowPictureMissing', { line, importId: id })
  return thumbnail
}
