/** What `doctor` asks of the truth, and the little that it sets right there. */
import { sql } from 'kysely'
import type { Db, Trx } from './index.ts'

export interface ImageToCheck {
  readonly id: number
  readonly productId: string
  readonly picName: string
  readonly thumbnail: string
  readonly hasVector: boolean
}

/** What SQLite itself finds wrong with the file, at most `limit` sentences; none = it is whole. */
export async function checkFile(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(${sql.lit(limit)})`.execute(db)
  return rows.map((row) => row.quick_check).filter((found) => found !== 'ok')
}

/** Images in order of id, with whether they have a vector of the model. */
export async function imagesToCheck(
  db: Db,
  { instanceId, model, afterId, limit }: { instanceId: number; model: string; afterId: number; limit: number },
): Promise<ImageToCheck[]> {
  const rows = await db
    .selectFrom('image')
    .leftJoin('embedding', (join) => join.onRef('embedding.image_id', '=', 'image.id').on('model', '=', model))
    .select(['image.id', 'product_id', 'pic_name', 'thumbnail', 'embedding.image_id as embedded'])
    .where('instance_id', '=', instanceId)
    .where('image.id', '>', afterId)
    .orderBy('image.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    productId: row.product_id,
    picName: row.pic_name,
    thumbnail: row.thumbnail,
    hasVector: row.embedded !== null,
  }))
}

/** Images as counted, and as the instance remembers it. */
export async function imageCounts(db: Db, instanceId: number): Promise<{ counted: number; remembered: number }> {
  const row = await db
    .selectFrom('instance')
    .select((eb) => [
      'image_count as remembered',
      eb
        .selectFrom('image')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .where('instance_id', '=', instanceId)
        .as('counted'),
    ])
    .where('id', '=', instanceId)
    .executeTakeFirst()
  return { counted: row?.counted ?? 0, remembered: row?.remembered ?? 0 }
}

/** Counts again, within the transaction that stores the result. */
export async function correctImageCount(trx: Trx, instanceId: number): Promise<void> {
  await sql`
    update instance set image_count = (select count(*) from image where instance_id = ${instanceId})
    where id = ${instanceId}`.execute(trx)
}

/** Images keep no thumbnail any more whose file is gone; one that was replaced meanwhile is left alone. */
export async function forgetThumbnails(
  trx: Trx,
  images: readonly { readonly id: number; readonly thumbnail: string }[],
): Promise<void> {
  for (const { id, thumbnail } of images) {
    await trx
      .updateTable('image')
      .set({ thumbnail: '' })
      .where('id', '=', id)
      .where('thumbnail', '=', thumbnail)
      .execute()
  }
}
