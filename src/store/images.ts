/** Images with their vectors and the change log: every write here leaves a row in the log. */
import { type Insertable, type RawBuilder, type Selectable, sql, type Updateable } from 'kysely'
import type { Filter } from '../filter.ts'
import { filterSql } from './filter-sql.ts'
import type { Db, ImageTable, Trx } from './index.ts'
import { fromBlob, toBlob } from './vector-blob.ts'

export type ImageRow = Selectable<ImageTable>
export type NewImage = Omit<Insertable<ImageTable>, 'id'>

export interface ImageKeyColumns {
  readonly instanceId: number
  readonly productId: string
  readonly picName: string
}

/** What an image that is about to be replaced or deleted leaves behind. */
export interface StoredImage {
  readonly id: number
  readonly pic_name: string
  readonly thumbnail: string
  readonly import_id: number
  readonly import_line: number
}

const STORED = ['id', 'pic_name', 'thumbnail', 'import_id', 'import_line'] as const

// --- reading

export function findImage(db: Db, key: ImageKeyColumns): Promise<ImageRow | undefined> {
  return db
    .selectFrom('image')
    .selectAll()
    .where('instance_id', '=', key.instanceId)
    .where('product_id', '=', key.productId)
    .where('pic_name', '=', key.picName)
    .executeTakeFirst()
}

/** Rows of the given ids, in any order; ids that are gone are left out. */
export async function loadImages(db: Db, instanceId: number, ids: readonly number[]): Promise<ImageRow[]> {
  if (ids.length === 0) return []
  return db.selectFrom('image').selectAll().where('instance_id', '=', instanceId).where('id', 'in', ids).execute()
}

/** Products of the given images, by image id. */
export async function loadProductIds(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('image').select(['id', 'product_id']).where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [row.id, row.product_id]))
}

export async function findVector(db: Db, key: ImageKeyColumns, model: string): Promise<Float32Array | undefined> {
  const row = await db
    .selectFrom('image')
    .innerJoin('embedding', (join) => join.onRef('embedding.image_id', '=', 'image.id').on('model', '=', model))
    .select('embedding.vector')
    .where('instance_id', '=', key.instanceId)
    .where('product_id', '=', key.productId)
    .where('pic_name', '=', key.picName)
    .executeTakeFirst()
  return row && fromBlob(row.vector)
}

export interface ImagePage {
  readonly filter?: Filter
  readonly productId?: string
  readonly limit: number
  readonly start: number
}

/** Images in order of id. */
export function listImages(db: Db, instanceId: number, page: ImagePage): Promise<ImageRow[]> {
  return db
    .selectFrom('image')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .$if(page.productId !== undefined, (query) => query.where('product_id', '=', page.productId as string))
    .$if(page.filter !== undefined, (query) => query.where(filterSql(page.filter as Filter)))
    .orderBy('id')
    .limit(page.limit)
    .offset(page.start)
    .execute()
}

/** Ids of up to `limit` images that match, in order. */
export async function listMatching(
  db: Db,
  instanceId: number,
  filter: Filter,
  page: { afterId: number; toId: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('image')
    .select('id')
    .where('instance_id', '=', instanceId)
    .where('id', '>', page.afterId)
    .where('id', '<=', page.toId)
    .where(filterSql(filter))
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function lastImageId(db: Db, instanceId: number): Promise<number> {
  const row = await db
    .selectFrom('image')
    .select((eb) => eb.fn.max('id').as('id'))
    .where('instance_id', '=', instanceId)
    .executeTakeFirst()
  return row?.id ?? 0
}

export async function countImages(db: Db, instanceId: number): Promise<number> {
  const row = await db.selectFrom('instance').select('image_count').where('id', '=', instanceId).executeTakeFirst()
  return row?.image_count ?? 0
}

export async function findThumbnail(db: Db, instanceId: number, imageId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('image')
    .select('thumbnail')
    .where('instance_id', '=', instanceId)
    .where('id', '=', imageId)
    .executeTakeFirst()
  return row?.thumbnail
}

// --- samples

/**
 * Vectors of about `n` images picked at random: random ids, each rounded up to the next that exists, so that the cost
 * does not grow with the table. Images after a gap in the ids are picked a little more often.
 */
export async function sampleVectors(
  db: Db,
  instanceId: number,
  model: string,
  n: number,
): Promise<{ productId: string; vector: Float32Array }[]> {
  const ids = await pickIds(db, sql`instance_id = ${instanceId}`, n)
  const rows = await inBlocks(ids, (block) =>
    db
      .selectFrom('image')
      .innerJoin('embedding', 'embedding.image_id', 'image.id')
      .select(['product_id', 'vector'])
      .where('image.id', 'in', block)
      .where('model', '=', model)
      .execute(),
  )
  return rows.map((row) => ({ productId: row.product_id, vector: fromBlob(row.vector) }))
}

/** Categories that callers gave to images, in order of id; at most `limit`. Jumps from one to the next in the index. */
export async function givenCategories(db: Db, instanceId: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ category_id: number }>`
    with recursive given (category_id) as (
      select min(category_id) from image where instance_id = ${instanceId} and category_given = 1
      union all
      select (
        select min(category_id) from image
        where instance_id = ${instanceId} and category_given = 1 and category_id > given.category_id
      )
      from given where given.category_id is not null
    )
    select category_id from given where category_id is not null limit ${limit}`.execute(db)
  return rows.map((row) => row.category_id)
}

/** Vectors of about `n` random images that were given this category. */
export async function sampleCategory(
  db: Db,
  instanceId: number,
  model: string,
  categoryId: number,
  n: number,
): Promise<Float32Array[]> {
  const condition = sql`instance_id = ${instanceId} and category_given = 1 and category_id = ${categoryId}`
  const ids = await pickIds(db, condition, n)
  const rows = await inBlocks(ids, (block) =>
    db.selectFrom('embedding').select('vector').where('image_id', 'in', block).where('model', '=', model).execute(),
  )
  return rows.map((row) => fromBlob(row.vector))
}

/** Parameters of one statement at most; SQLite takes 32766. */
const BLOCK = 500

async function pickIds(db: Db, condition: RawBuilder<unknown>, n: number): Promise<number[]> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select min(id) as first, max(id) as last from image where ${condition}`.execute(db)
  const { first, last } = rows[0] ?? {}
  if (first == null || last == null) return []
  if (last - first < 2 * n) {
    const all = await sql<{ id: number }>`select id from image where ${condition} limit ${n}`.execute(db)
    return all.rows.map((row) => row.id)
  }
  const random = Array.from({ length: n }, () => first + Math.floor(Math.random() * (last - first + 1)))
  const picked = await inBlocks(random, async (block) => {
    const values = sql.join(block.map((value) => sql`(${value})`))
    const { rows } = await sql<{ id: number }>`
      with pick (at) as (values ${values})
      select (select min(id) from image where ${condition} and id >= pick.at) as id from pick`.execute(db)
    return rows
  })
  return [...new Set(picked.map((row) => row.id))]
}

async function inBlocks<T, R>(all: readonly T[], query: (block: readonly T[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += BLOCK) results.push(...(await query(all.slice(at, at + BLOCK))))
  return results
}

// --- writing

export function findStored(trx: Trx, key: ImageKeyColumns): Promise<StoredImage | undefined> {
  return trx
    .selectFrom('image')
    .select(STORED)
    .where('instance_id', '=', key.instanceId)
    .where('product_id', '=', key.productId)
    .where('pic_name', '=', key.picName)
    .executeTakeFirst()
}

/**
 * Counts one more image, if the instance has room for it.
 *
 * @returns false when it is full or not there
 */
export async function takePlace(trx: Trx, instanceId: number): Promise<boolean> {
  const result = await trx
    .updateTable('instance')
    .set((eb) => ({ image_count: eb('image_count', '+', 1) }))
    .where('id', '=', instanceId)
    .where('is_dropped', '=', 0)
    .whereRef('image_count', '<', 'capacity')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function insertImage(trx: Trx, row: NewImage): Promise<number> {
  const { id } = await trx.insertInto('image').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Replaces the row as a whole; its vectors are those of another picture from now on. */
export async function replaceImage(trx: Trx, id: number, row: Updateable<ImageTable>): Promise<void> {
  await trx.updateTable('image').set(row).where('id', '=', id).execute()
  await trx.deleteFrom('embedding').where('image_id', '=', id).execute()
}

export async function insertVector(trx: Trx, imageId: number, model: string, vector: Float32Array): Promise<void> {
  await trx
    .insertInto('embedding')
    .values({ image_id: imageId, model, vector: toBlob(vector) })
    .execute()
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

export async function loadVectors(
  db: Db,
  model: string,
  imageIds: readonly number[],
): Promise<Map<number, Float32Array>> {
  const rows = await inBlocks(imageIds, (block) =>
    db
      .selectFrom('embedding')
      .select(['image_id', 'vector'])
      .where('model', '=', model)
      .where('image_id', 'in', block)
      .execute(),
  )
  return new Map(rows.map((row) => [row.image_id, fromBlob(row.vector)]))
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

// --- what an import leaves behind

/** The latest line of this import that deleted the picture or its product; 0 = none. */
export async function tombstoneLine(trx: Trx, importId: number, key: ImageKeyColumns): Promise<number> {
  const row = await trx
    .selectFrom('import_tombstone')
    .select((eb) => eb.fn.max('line').as('line'))
    .where('import_id', '=', importId)
    .where('product_id', '=', key.productId)
    .where('pic_name', 'in', ['', key.picName])
    .executeTakeFirst()
  return row?.line ?? 0
}

/** Leaves tombstones; of two for the same key the later line counts. `picName` '' = the whole product. */
export async function leaveTombstones(
  trx: Trx,
  importId: number,
  keys: readonly { readonly productId: string; readonly picName?: string; readonly line: number }[],
): Promise<void> {
  await inBlocks(keys, (block) =>
    trx
      .insertInto('import_tombstone')
      .values(
        block.map((key) => ({
          import_id: importId,
          product_id: key.productId,
          pic_name: key.picName ?? '',
          line: key.line,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['import_id', 'product_id', 'pic_name']).doUpdateSet((eb) => ({
          line: eb
            .case()
            .when('excluded.line', '>', eb.ref('import_tombstone.line'))
            .then(eb.ref('excluded.line'))
            .else(eb.ref('import_tombstone.line'))
            .end(),
        })),
      )
      .execute(),
  )
}
