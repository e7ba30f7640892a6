/** Vectors of images picked at random: the cost of a sample does not grow with the table. */
import { type RawBuilder, sql } from 'kysely'
import { inBlocks } from './in-blocks.ts'
import type { Db } from './index.ts'
import { fromBlob } from './vector-blob.ts'

/**
 * Vectors of about `n` images picked at random: random ids, each rounded up to the next that exists. Images after a gap
 * in the ids are picked a little more often.
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

/** An image with its vector, as a picture of the whole collection needs it. */
export interface SampledImage {
  readonly id: number
  readonly productId: string
  readonly picName: string
  readonly categoryId: number
  readonly vector: Float32Array
}

/** About `n` images at even distances, in order of id: the same ones as long as nothing changes. */
export async function imagesAtEvenDistances(
  db: Db,
  instanceId: number,
  model: string,
  n: number,
): Promise<SampledImage[]> {
  const ids = await pickIds(db, sql`instance_id = ${instanceId}`, n, (i) => (i + 0.5) / n)
  const rows = await inBlocks(ids, (block) =>
    db
      .selectFrom('image')
      .innerJoin('embedding', 'embedding.image_id', 'image.id')
      .select(['id', 'product_id', 'pic_name', 'category_id', 'vector'])
      .where('image.id', 'in', block)
      .where('model', '=', model)
      .orderBy('id')
      .execute(),
  )
  return rows.map((row) => ({
    id: row.id,
    productId: row.product_id,
    picName: row.pic_name,
    categoryId: row.category_id,
    vector: fromBlob(row.vector),
  }))
}

/** When about `n` images at even distances were first put, in ms since 1970; earliest first. */
export async function momentsAtEvenDistances(db: Db, instanceId: number, n: number): Promise<number[]> {
  const ids = await pickIds(db, sql`instance_id = ${instanceId}`, n, (i) => (i + 1) / n)
  const rows = await inBlocks(ids, (block) =>
    db.selectFrom('image').select('created_at').where('id', 'in', block).execute(),
  )
  return rows.map((row) => row.created_at).sort((a, b) => a - b)
}

/**
 * All ids when there are at most `n`, otherwise about `n` of them.
 *
 * @param share where between the first id and the last one the next one lies, 0..1
 */
async function pickIds(
  db: Db,
  condition: RawBuilder<unknown>,
  n: number,
  share: (i: number) => number = Math.random,
): Promise<number[]> {
  const few = await sql<{ id: number }>`select id from image where ${condition} order by id limit ${n + 1}`.execute(db)
  const first = few.rows[0]?.id
  if (first === undefined || few.rows.length <= n) return few.rows.map((row) => row.id)
  const { rows } = await sql<{ last: number }>`select max(id) as last from image where ${condition}`.execute(db)
  const last = rows[0]?.last ?? first
  const wanted = Array.from({ length: n }, (_, i) => Math.min(last, first + Math.floor(share(i) * (last - first + 1))))
  const picked = await inBlocks(wanted, async (block) => {
    const values = sql.join(block.map((value) => sql`(${value})`))
    const { rows } = await sql<{ id: number }>`
      with pick (at) as (values ${values})
      select (select min(id) from image where ${condition} and id >= pick.at) as id from pick`.execute(db)
    return rows
  })
  const ids = [...new Set(picked.map((row) => row.id))]
  // Most of the wanted ids fell into a large gap (another instance was filled in between).
  return ids.length < n / 2 ? everySoMany(db, condition, n) : ids
}

/** About `n` ids at even distances; walks the whole index. */
async function everySoMany(db: Db, condition: RawBuilder<unknown>, n: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with numbered as (
      select id, row_number() over (order by id) as number, count(*) over () as total from image where ${condition}
    )
    select id from numbered where number % (1 + total / ${n}) = 0`.execute(db)
  return rows.map((row) => row.id)
}
