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

/** Keeps one decision about all pairs of the images. @returns its number */
export async function insertDecision(
  trx: Trx,
  imageIds: readonly number[],
  decision: CopyDecision,
  nowMs: number,
): Promise<number> {
  const last = await trx
    .selectFrom('copy_decision')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst()
  const number = (last?.number ?? 0) + 1
  await trx
    .insertInto('copy_decision')
    .values(imageIds.map((id) => ({ image_id: id, number, decision, decided_at: nowMs })))
    .execute()
  return number
}

export interface DecisionRecord {
  readonly number: number
  readonly decision: CopyDecision
  readonly decidedMs: number
  /** How many images of the instance it is about, 2 or more. */
  readonly images: number
}

/** Decisions before the one of a number, newest first; those with one image left say nothing any more. */
export function listDecisions(
  db: Db,
  instanceId: number,
  { before, limit }: { before: number; limit: number },
): Promise<DecisionRecord[]> {
  return db
    .selectFrom('copy_decision')
    .innerJoin('image', 'image.id', 'copy_decision.image_id')
    .select(({ fn }) => ['number', 'decision', 'decided_at as decidedMs', fn.countAll<number>().as('images')])
    .where('instance_id', '=', instanceId)
    .where('number', '<', before)
    .groupBy(['number', 'decision', 'decided_at'])
    .having(({ fn }) => fn.countAll(), '>=', 2)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

/** Ids of the first images of a decision. */
export async function imagesOfDecision(db: Db, number: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('copy_decision')
    .select('image_id')
    .where('number', '=', number)
    .orderBy('image_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.image_id)
}

/** @returns false when the instance has no such decision */
export async function deleteDecision(trx: Trx, instanceId: number, number: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('copy_decision')
    .where('number', '=', number)
    .where('image_id', 'in', (eb) => eb.selectFrom('image').select('id').where('instance_id', '=', instanceId))
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
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
