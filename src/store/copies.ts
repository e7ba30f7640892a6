/** Hashes of images, and what users decided about copies. */
import type { Db, Trx } from './index.ts'

export type CopyDecision = 'keep' | 'ignore'

/** Ids and hashes after `afterId` in order of id. */
export function listHashes(
  db: Db,
  instanceId: number,
  afterId: number,
  limit: number,
): Promise<{ id: number; dhash: Uint8Array }[]> {
  return db
    .selectFrom('image')
    .select(['id', 'dhash'])
    .where('instance_id', '=', instanceId)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Those of the ids that are images of the instance. */
export async function existingImages(db: Db, instanceId: number, ids: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('image')
    .select('id')
    .where('instance_id', '=', instanceId)
    .where('id', 'in', ids)
    .execute()
  return rows.map((row) => row.id)
}

/** Keeps one decision about all pairs of the images. */
export async function insertDecision(
  trx: Trx,
  imageIds: readonly number[],
  decision: CopyDecision,
  nowMs: number,
): Promise<void> {
  const last = await trx
    .selectFrom('copy_decision')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst()
  const number = (last?.number ?? 0) + 1
  await trx
    .insertInto('copy_decision')
    .values(imageIds.map((id) => ({ image_id: id, number, decision, decided_at: nowMs })))
    .execute()
}

/** Forgets what was decided about an image that is about to be replaced, unless by the same picture. */
export async function forgetDecisions(trx: Trx, imageId: number, dhash: Uint8Array): Promise<void> {
  await trx
    .deleteFrom('copy_decision')
    .where('image_id', '=', imageId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('image').select('id').where('id', '=', imageId).where('dhash', '=', dhash))),
    )
    .execute()
}

/** Those of `others` about which and `imageId` something is decided. */
export async function decidedWith(db: Db, imageId: number, others: readonly number[]): Promise<Set<number>> {
  if (others.length === 0) return new Set()
  const rows = await db
    .selectFrom('copy_decision as own')
    .innerJoin('copy_decision as other', 'other.number', 'own.number')
    .select('other.image_id')
    .where('own.image_id', '=', imageId)
    .where('other.image_id', 'in', others)
    .execute()
  return new Set(rows.map((row) => row.image_id))
}
