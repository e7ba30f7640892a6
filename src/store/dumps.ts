/**
 * Dumps of instances.
 */
import type { Selectable, Updateable } from 'kysely'
import type { Db, DumpTable, Trx } from './index.ts'

export type DumpRow = Selectable<DumpTable>

/** undefined = one of this instance is running. */
export function insertDump(trx: Trx, instanceId: number, nowMs: number): Promise<DumpRow | undefined> {
  return trx
    .insertInto('dump')
    .values({ instance_id: instanceId, state: 'running', images: 0, created_at: nowMs, modified_at: nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function updateDump(trx: Trx, id: number, change: Updateable<DumpTable>): Promise<void> {
  await trx.updateTable('dump').set(change).where('id', '=', id).execute()
}

export function findDump(db: Db, id: number): Promise<DumpRow | undefined> {
  return db.selectFrom('dump').selectAll().where('id', '=', id).executeTakeFirst()
}

export function runningDumps(db: Db): Promise<DumpRow[]> {
  return db.selectFrom('dump').selectAll().where('state', '=', 'running').execute()
}

/** Newest first. */
export async function listDumps(
  db: Db,
  instanceId: number,
  page: { limit: number; start: number; id?: number },
): Promise<{ total: number; rows: DumpRow[] }> {
  const matching = db
    .selectFrom('dump')
    .where('instance_id', '=', instanceId)
    .$if(page.id !== undefined, (query) => query.where('id', '=', page.id as number))
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await matching.selectAll().orderBy('id', 'desc').limit(page.limit).offset(page.start).execute()
  return { total, rows }
}

/** Deletes all but the newest ended dumps of an instance; says which. */
export async function deleteOldDumps(trx: Trx, instanceId: number, keep: number): Promise<number[]> {
  const old = trx
    .selectFrom('dump')
    .select('id')
    .where('instance_id', '=', instanceId)
    .where('state', '!=', 'running')
    .orderBy('id', 'desc')
    .limit(1_000_000)
    .offset(keep)
  const rows = await trx.deleteFrom('dump').where('id', 'in', old).returning('id').execute()
  return rows.map(({ id }) => id)
}

/** The dumps of a cleared instance belong to the one that takes its place. */
export async function moveDumps(trx: Trx, fromInstance: number, toInstance: number): Promise<void> {
  await trx.updateTable('dump').set({ instance_id: toInstance }).where('instance_id', '=', fromInstance).execute()
}
