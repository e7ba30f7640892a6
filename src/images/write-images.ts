/** What puts and deletes do inside the transaction. */
import { supersedeFailedRows } from '../store/failed-rows.ts'
import {
  deleteImages,
  insertImages,
  insertVectors,
  keyText,
  listStored,
  logChanges,
  type NewImage,
  replaceImage,
  type StoredImage,
  takePlaces,
} from '../store/image-writes.ts'
import type { Trx } from '../store/index.ts'
import { tombstoneLines } from '../store/tombstones.ts'

export interface ImageToWrite {
  readonly row: NewImage
  readonly vector: Float32Array
}

export type Written =
  | { readonly outcome: 'stored'; readonly imageId: number; readonly seq: number; readonly oldThumbnail: string }
  | { readonly outcome: 'superseded' }

/**
 * Inserts images or replaces those of the same keys.
 *
 * @param images of one instance and one import (or none), with keys that differ
 * @returns one for each, in their order; undefined when the instance has no room for all of them
 */
export async function writeImages(
  trx: Trx,
  model: string,
  images: readonly ImageToWrite[],
): Promise<Written[] | undefined> {
  const { instance_id: instanceId, import_id: importId } = images[0]!.row
  const keys = images.map(({ row }) => keyOf(row))
  const stored = new Map((await listStored(trx, instanceId, keys)).map((image) => [keyText(image), image]))
  const deletedBy = importId === 0 ? [] : await tombstoneLines(trx, importId, keys)
  const isSuperseded = (row: NewImage, i: number): boolean => {
    const before = stored.get(keyText(row))
    // Not `>=`: a row that runs a second time (its first answer was lost) writes the same again.
    return (
      importId !== 0 &&
      ((before?.import_id === importId && before.import_line > row.import_line) || deletedBy[i]! > row.import_line)
    )
  }
  const current = images.filter(({ row }, i) => !isSuperseded(row, i))

  const added = current.map(({ row }) => row).filter((row) => !stored.has(keyText(row)))
  if (added.length > 0 && !(await takePlaces(trx, instanceId, added.length))) return undefined
  const addedIds = await insertImages(trx, added)
  const ids = new Map(added.map((row, i) => [keyText(row), addedIds[i]!]))
  for (const { row } of current) {
    const before = stored.get(keyText(row))
    if (!before) continue
    const { created_at: _, ...replacement } = row
    await replaceImage(trx, before.id, replacement)
    ids.set(keyText(row), before.id)
  }
  const idOf = (row: NewImage): number => ids.get(keyText(row))!
  const vectors = current.map(({ row, vector }) => ({ imageId: idOf(row), vector }))
  await insertVectors(trx, model, vectors)
  await supersede(trx, instanceId, importId, current)
  const seqs = await logChanges(
    trx,
    instanceId,
    vectors.map(({ imageId }) => imageId),
  )
  const seqOf = new Map(vectors.map(({ imageId }, i) => [imageId, seqs[i]!]))
  return images.map(({ row }, i) => {
    if (isSuperseded(row, i)) return { outcome: 'superseded' }
    const imageId = idOf(row)
    const oldThumbnail = stored.get(keyText(row))?.thumbnail ?? ''
    return { outcome: 'stored', imageId, seq: seqOf.get(imageId)!, oldThumbnail }
  })
}

function keyOf(row: NewImage): { productId: string; picName: string } {
  return { productId: row.product_id, picName: row.pic_name }
}

/** A retry of earlier rows that failed must not overwrite these. */
async function supersede(
  trx: Trx,
  instanceId: number,
  importId: number,
  images: readonly ImageToWrite[],
): Promise<void> {
  const keys = images.map(({ row }) => ({ ...keyOf(row), ...(importId !== 0 && { line: row.import_line }) }))
  await supersedeFailedRows(trx, instanceId, keys, importId)
}

export interface Removed {
  readonly images: readonly StoredImage[]
  /** The change of each image. */
  readonly seqs: readonly number[]
}

export async function removeImages(trx: Trx, instanceId: number, images: readonly StoredImage[]): Promise<Removed> {
  const ids = images.map((image) => image.id)
  return { images, seqs: await deleteImages(trx, instanceId, ids) }
}
