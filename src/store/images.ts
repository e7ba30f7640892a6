/** Images as they are read: by key, by id, by filter. */
import { type Selectable, sql } from 'kysely'
import type { Filter } from '../filter.ts'
import { filterSql } from './filter-sql.ts'
import { inBlocks } from './in-blocks.ts'
import type { Db, ImageTable } from './index.ts'
import { fromBlob } from './vector-blob.ts'

export type ImageRow = Selectable<ImageTable>

export interface ImageKeyColumns {
  readonly instanceId: number
  readonly productId: string
  readonly picName: string
}

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

/** An image with its vector; undefined also when that is of another model. */
export async function findWithVector(
  db: Db,
  key: ImageKeyColumns,
  model: string,
): Promise<{ row: ImageRow; vector: Float32Array } | undefined> {
  const row = await db
    .selectFrom('image')
    .innerJoin('embedding', (join) => join.onRef('embedding.image_id', '=', 'image.id').on('model', '=', model))
    .selectAll('image')
    .select('embedding.vector')
    .where('instance_id', '=', key.instanceId)
    .where('product_id', '=', key.productId)
    .where('pic_name', '=', key.picName)
    .executeTakeFirst()
  return row && { row, vector: fromBlob(row.vector) }
}

export interface ImagePage {
  readonly filter?: Filter
  readonly productId?: string
  readonly limit: number
  /** Images that are left out from the beginning, or from `afterId`: the more there are, the longer it takes. */
  readonly start: number
  /** Only images after this one. */
  readonly afterId?: number
  /** Only the last images before this one; wins over `start`. */
  readonly beforeId?: number
}

/** Images in order of id. */
export async function listImages(db: Db, instanceId: number, page: ImagePage): Promise<ImageRow[]> {
  const { filter, productId, limit, start, afterId, beforeId } = page
  const isBackward = beforeId !== undefined
  const rows = await db
    .selectFrom('image')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .$if(productId !== undefined, (query) => query.where('product_id', '=', productId as string))
    .$if(filter !== undefined, (query) => query.where(filterSql(filter as Filter)))
    .$if(afterId !== undefined, (query) => query.where('id', '>', afterId as number))
    .$if(isBackward, (query) => query.where('id', '<', beforeId as number))
    // The plus keeps SQLite from walking all images in order of id to find the few of a product.
    .orderBy(productId === undefined ? sql`id` : sql`+id`, isBackward ? 'desc' : 'asc')
    .limit(limit)
    .offset(isBackward ? 0 : start)
    .execute()
  return isBackward ? rows.reverse() : rows
}

/** Images between two ids, in order: pages that do not become slower. */
export function listImagesAfter(
  db: Db,
  instanceId: number,
  page: { afterId: number; toId: number; limit: number },
): Promise<ImageRow[]> {
  return db
    .selectFrom('image')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .where('id', '>', page.afterId)
    .where('id', '<=', page.toId)
    .orderBy('id')
    .limit(page.limit)
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

/** How many of the keys, each of them counted, have an image. */
export async function countStoredKeys(
  db: Db,
  instanceId: number,
  keys: readonly { readonly productId: string; readonly picName: string }[],
): Promise<number> {
  const counts = await inBlocks(keys, async (block) => {
    const values = sql.join(block.map((key) => sql`(${key.productId}, ${key.picName})`))
    const { rows } = await sql<{ count: number }>`
      with asked (product_id, pic_name) as (values ${values})
      select count(*) as count from asked cross join image
      where image.instance_id = ${instanceId} and image.product_id = asked.product_id
        and image.pic_name = asked.pic_name`.execute(db)
    return rows.map(({ count }) => count)
  })
  return counts.reduce((sum, count) => sum + count, 0)
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
