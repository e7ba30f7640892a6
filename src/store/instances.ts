/** Instances: their rows, and the deleting of what a dropped one leaves. */
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Db, InstanceTable, Trx } from './index.ts'

export type InstanceRow = Selectable<InstanceTable>

/** Instances that have not been dropped, by name. */
export function listInstances(db: Db): Promise<InstanceRow[]> {
  return db.selectFrom('instance').selectAll().where('is_dropped', '=', 0).orderBy('name').execute()
}

export function findInstance(db: Db, name: string): Promise<InstanceRow | undefined> {
  return db.selectFrom('instance').selectAll().where('name', '=', name).where('is_dropped', '=', 0).executeTakeFirst()
}

/** @returns undefined when the name is taken */
export function insertInstance(trx: Trx, row: Insertable<InstanceTable>): Promise<InstanceRow | undefined> {
  return trx
    .insertInto('instance')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export function updateInstance(
  trx: Trx,
  id: number,
  change: Updateable<InstanceTable>,
): Promise<InstanceRow | undefined> {
  return trx
    .updateTable('instance')
    .set(change)
    .where('id', '=', id)
    .where('is_dropped', '=', 0)
    .returningAll()
    .executeTakeFirst()
}

/** Import of the instance that has not ended, if any. @param but not this one */
export async function unfinishedImport(db: Db, instanceId: number, but = 0): Promise<number | undefined> {
  const row = await db
    .selectFrom('import')
    .select('id')
    .where('instance_id', '=', instanceId)
    .where('state', 'in', ['queued', 'running', 'paused'])
    .where('id', '<>', but)
    .orderBy('id')
    .executeTakeFirst()
  return row?.id
}

/** The imports of a cleared instance belong to the one that takes its place. */
export async function moveImports(trx: Trx, fromInstance: number, toInstance: number): Promise<void> {
  await trx.updateTable('import').set({ instance_id: toInstance }).where('instance_id', '=', fromInstance).execute()
}

export async function droppedInstances(db: Db): Promise<number[]> {
  const rows = await db.selectFrom('instance').select('id').where('is_dropped', '=', 1).execute()
  return rows.map((row) => row.id)
}

/** Deletes up to `limit` images of a dropped instance with their vectors; says how many. */
export async function deleteSomeImages(trx: Trx, instanceId: number, limit: number): Promise<number> {
  const some = trx.selectFrom('image').select('id').where('instance_id', '=', instanceId).orderBy('id').limit(limit)
  const result = await trx.deleteFrom('image').where('id', 'in', some).executeTakeFirst()
  return Number(result.numDeletedRows)
}

export async function deleteSomeChanges(trx: Trx, instanceId: number, limit: number): Promise<number> {
  const some = trx.selectFrom('change').select('seq').where('instance_id', '=', instanceId).orderBy('seq').limit(limit)
  const result = await trx.deleteFrom('change').where('seq', 'in', some).executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Rows of imports go in parts, too: there may be millions. */
export async function deleteSomeImportRows(trx: Trx, instanceId: number, limit: number): Promise<number> {
  const rows = await sql`
    delete from import_row where (import_id, line) in (
      select import_id, line from import_row
      where import_id in (select id from import where instance_id = ${instanceId}) limit ${limit}
    )`.execute(trx)
  const tombstones = await sql`
    delete from import_tombstone where (import_id, product_id, pic_name) in (
      select import_id, product_id, pic_name from import_tombstone
      where import_id in (select id from import where instance_id = ${instanceId}) limit ${limit}
    )`.execute(trx)
  return Number(rows.numAffectedRows) + Number(tombstones.numAffectedRows)
}

/** The last step, when nothing large refers to it any more. */
export async function deleteInstance(trx: Trx, id: number): Promise<void> {
  const imports = trx.selectFrom('import').select('id').where('instance_id', '=', id)
  await trx.deleteFrom('task').where('job_kind', '=', 'import').where('job_id', 'in', imports).execute()
  await trx.deleteFrom('vector_index').where('instance_id', '=', id).execute()
  await trx.deleteFrom('instance').where('id', '=', id).where('is_dropped', '=', 1).execute()
}
