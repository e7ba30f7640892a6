/** Images with their vectors as they are written: every write leaves a row in the change log. */
import { type Insertable, sql, type Updateable } from 'kysely'
import type { Filter } from '../filter.ts'
import { forgetDecisions } from './copies.ts'
import { filterSql } from './filter-sql.ts'
import type { ImageKeyColumns, ImageRow } from './images.ts'
import { inBlocks } from './in-blocks.ts'
import type { ImageTable, Trx } from './index.ts'
import { toBlob } from './vector-blob.ts'

export type NewImage = Omit<Insertable<ImageTable>, 'id'>

/** What an image that is about to be replaced or deleted leaves behind. */
export interface StoredImage {
  readonly id: number
  readonly pic_name: string
  readonly thumbnail: string
  readonly import_id: number
  readonly import_line: number
}

const STORED = ['id', 'pic_name', 'thumbnail', 'import_id', 'import_line'] as const

/** What is stored under the keys, in any order. */
export function listStored(
  trx: Trx,
  instanceId: number,
  keys: readonly Omit<ImageKeyColumns, 'instanceId'>[],
): Promise<(StoredImage & Pick<ImageRow, 'product_id'>)[]> {
  return inBlocks(keys, async (block) => {
    const values = sql.join(block.map((key) => sql`(${key.productId}, ${key.picName})`))
    const { rows } = await sql<StoredImage & Pick<ImageRow, 'product_id'>>`
      with asked (product_id, pic_name) as (values ${values})
      select image.id, image.product_id, image.pic_name, image.thumbnail, image.import_id, image.import_line
      from asked cross join image
      where image.instance_id = ${instanceId} and image.product_id = asked.product_id
        and image.pic_name = asked.pic_name`.execute(trx)
    return rows
  })
}

/**
 * Counts more images, if the instance has room for all of them.
 *
 * @returns false when it has not, or is not there
 */
export async function takePlaces(trx: Trx, instanceId: number, count: number): Promise<boolean> {
  const result = await trx
    .updateTable('instance')
    .set((eb) => ({ image_count: eb('image_count', '+', count) }))
    .where('id', '=', instanceId)
    .where('is_dropped', '=', 0)
    .where((eb) => eb(eb('image_count', '+', count), '<=', eb.ref('capacity')))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** @returns the id of each, in the order of `rows`; their keys must differ */
export async function insertImages(trx: Trx, rows: readonly NewImage[]): Promise<number[]> {
  const inserted = await inBlocks(rows, (block) =>
    trx.insertInto('image').values(block).returning(['id', 'product_id', 'pic_name']).execute(),
  )
  // The order of returned rows is not promised.
  const ids = new Map(inserted.map((row) => [keyText(row), row.id]))
  return rows.map((row) => ids.get(keyText(row)) as number)
}

/** A key of an instance as one text. */
export function keyText({ product_id, pic_name }: { product_id: string; pic_name: string }): string {
  return JSON.stringify([product_id, pic_name])
}

/** Replaces the row as a whole; its vectors are those of another picture from now on, and so are its copies. */
export async function replaceImage(trx: Trx, id: number, row: Updateable<ImageTable>): Promise<void> {
  if (row.dhash) await forgetDecisions(trx, id, row.dhash as Uint8Array)
  await trx.updateTable('image').set(row).where('id', '=', id).execute()
  await trx.deleteFrom('embedding').where('image_id', '=', id).execute()
}

export async function insertVectors(
  trx: Trx,
  model: string,
  vectors: readonly { readonly imageId: number; readonly vector: Float32Array }[],
): Promise<void> {
  await inBlocks(vectors, (block) =>
    trx
      .insertInto('embedding')
      .values(block.map(({ imageId, vector }) => ({ image_id: imageId, model, vector: toBlob(vector) })))
      .execute(),
  )
}

/** @returns the change's seq of each image, in the order of `imageIds` */
export async function logChanges(trx: Trx, instanceId: number, imageIds: readonly number[]): Promise<number[]> {
  const rows = await inBlocks(imageIds, (block) =>
    trx
      .insertInto('change')
      .values(block.map((id) => ({ instance_id: instanceId, image_id: id })))
      .returning(['seq', 'image_id'])
      .execute(),
  )
  // The order of returned rows is not promised.
  const seqs = new Map(rows.map((row) => [row.image_id, row.seq]))
  return imageIds.map((id) => seqs.get(id) as number)
}

/** Ids of up to `limit` images of one picture name or a product, in order, after `afterId`. */
export async function listKeyIds(
  trx: Trx,
  instanceId: number,
  key: { productId: string; picName?: string },
  page: { afterId: number; limit: number },
): Promise<number[]> {
  const rows = await trx
    .selectFrom('image')
    .select('id')
    .where('instance_id', '=', instanceId)
    .where('product_id', '=', key.productId)
    .where('id', '>', page.afterId)
    .$if(key.picName !== undefined, (query) => query.where('pic_name', '=', key.picName as string))
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Sets columns of images; gives the rows back as they are now. */
export async function updateImages(
  trx: Trx,
  ids: readonly number[],
  change: Updateable<ImageTable>,
): Promise<ImageRow[]> {
  if (ids.length === 0) return []
  return trx.updateTable('image').set(change).where('id', 'in', ids).returningAll().execute()
}

/**
 * Up to `limit` images of one picture name or a product that a DELETE takes: not those that a later line of its import
 * wrote.
 */
export function listRemovable(
  trx: Trx,
  instanceId: number,
  key: { productId: string; picName?: string },
  limit: number,
  line?: { importId: number; line: number },
): Promise<StoredImage[]> {
  return trx
    .selectFrom('image')
    .select(STORED)
    .where('instance_id', '=', instanceId)
    .where('product_id', '=', key.productId)
    .$if(key.picName !== undefined, (query) => query.where('pic_name', '=', key.picName as string))
    .$if(line !== undefined, (query) =>
      query.where((eb) =>
        eb.or([eb('import_id', '<>', line?.importId as number), eb('import_line', '<=', line?.line as number)]),
      ),
    )
    .orderBy('id')
    .limit(limit)
    .execute()
}

/**
 * {@link listRemovable} for many lines of one import at once. `cross join`, because SQLite then takes the keys one by
 * one through the index; otherwise it may walk all images of the instance.
 */
export async function listRemovableByLines(
  trx: Trx,
  instanceId: number,
  importId: number,
  keys: readonly { readonly productId: string; readonly picName?: string; readonly line: number }[],
  limit: number,
): Promise<StoredImage[]> {
  const images = await inBlocks(keys, async (block) => {
    const values = sql.join(block.map((key) => sql`(${key.productId}, ${key.picName ?? null}, ${key.line})`))
    const { rows } = await sql<StoredImage>`
      with deleted (product_id, pic_name, line) as (values ${values})
      select distinct image.id, image.pic_name, image.thumbnail, image.import_id, image.import_line
      from deleted cross join image
      where image.instance_id = ${instanceId} and image.product_id = deleted.product_id
        and (deleted.pic_name is null or image.pic_name = deleted.pic_name)
        and (image.import_id <> ${importId} or image.import_line <= deleted.line)
      limit ${limit}`.execute(trx)
    return rows
  })
  // Keys of two blocks may name the same image.
  return [...new Map(images.map((image) => [image.id, image])).values()].slice(0, limit)
}

/** Those of the images that still match, as they are in the transaction. */
export function listStillMatching(
  trx: Trx,
  ids: readonly number[],
  filter: Filter,
): Promise<(StoredImage & Pick<ImageRow, 'product_id'>)[]> {
  return trx
    .selectFrom('image')
    .select([...STORED, 'product_id'])
    .where('id', 'in', ids)
    .where(filterSql(filter))
    .orderBy('id')
    .execute()
}

/**
 * Deletes images with their vectors and counts them out.
 *
 * @returns the change's seq of each, in the order of `ids`
 */
export async function deleteImages(trx: Trx, instanceId: number, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return []
  await inBlocks(ids, async (block) => {
    await trx.deleteFrom('image').where('id', 'in', block).execute()
    return []
  })
  await trx
    .updateTable('instance')
    .set((eb) => ({ image_count: eb('image_count', '-', ids.length) }))
    .where('id', '=', instanceId)
    .execute()
  return logChanges(trx, instanceId, ids)
}
