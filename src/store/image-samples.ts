/** Vectors of images picked at random: the cost of a sample does not grow with the table. */
import { type RawBuilder, sql } from 'kysely'
import { inBlocks } from './in-blocks.ts'
import type { Db } from './index.ts'
import { fromBlob } from './vector-blob.ts'

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
