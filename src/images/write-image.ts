/** What a put and a delete do inside the transaction. */

import { supersedeFailedRows } from '../store/failed-rows.ts'
import {
  deleteImages,
  findStored,
  insertImage,
  insertVector,
  logChanges,
  type NewImage,
  replaceImage,
  type StoredImage,
  takePlace,
} from '../store/image-writes.ts'
import type { Trx } from '../store/index.ts'
import { tombstoneLine } from '../store/tombstones.ts'

export type Written =
  | { readonly outcome: 'stored'; readonly imageId: number; readonly seq: number; readonly oldThumbnail: string }
  | { readonly outcome: 'superseded' }

/** Inserts the image or replaces the one of the same key. @returns undefined when the instance is full */
export async function writeImage(
  trx: Trx,
  row: NewImage,
  embedding: { readonly model: string; readonly vector: Float32Array },
): Promise<Written | undefined> {
  const key = { instanceId: row.instance_id, productId: row.product_id, picName: row.pic_name }
  const stored = await findStored(trx, key)
  if (row.import_id !== 0 && (await isSuperseded(trx, row, stored))) return { outcome: 'superseded' }

  let imageId: number
  if (stored) {
    const { created_at: _, ...replacement } = row
    imageId = stored.id
    await replaceImage(trx, imageId, replacement)
  } else {
    if (!(await takePlace(trx, row.instance_id))) return undefined
    imageId = await insertImage(trx, row)
  }
  await insertVector(trx, imageId, embedding.model, embedding.vector)
  await supersede(trx, row)
  const [seq] = await logChanges(trx, row.instance_id, [imageId])
  return { outcome: 'stored', imageId, seq: seq as number, oldThumbnail: stored?.thumbnail ?? '' }
}

async function isSuperseded(trx: Trx, row: NewImage, stored: StoredImage | undefined): Promise<boolean> {
  // Not `>=`: a row that runs a second time (its first answer was lost) writes the same again.
  if (stored && stored.import_id === row.import_id && stored.import_line > row.import_line) return true
  const key = { instanceId: row.instance_id, productId: row.product_id, picName: row.pic_name }
  return (await tombstoneLine(trx, row.import_id, key)) > row.import_line
}

/** A retry of an earlier row that failed must not overwrite this. */
async function supersede(trx: Trx, row: NewImage): Promise<void> {
  const key = { productId: row.product_id, picName: row.pic_name }
  const line = row.import_id === 0 ? {} : { line: row.import_line }
  await supersedeFailedRows(trx, row.instance_id, [{ ...key, ...line }], row.import_id)
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
