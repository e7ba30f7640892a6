/** The saved state of vector indexes, and the change log up to which they are made. */
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Db, Trx, VectorIndexTable } from './index.ts'

export type VectorIndexRow = Selectable<VectorIndexTable>

export function listVectorIndexes(db: Db): Promise<VectorIndexRow[]> {
  return db
    .selectFrom('vector_index')
    .innerJoin('instance', 'instance.id', 'vector_index.instance_id')
    .selectAll('vector_index')
    .where('instance.is_dropped', '=', 0)
    .orderBy('vector_index.id')
    .execute()
}

export function insertVectorIndex(trx: Trx, row: Insertable<VectorIndexTable>): Promise<VectorIndexRow> {
  return trx.insertInto('vector_index').values(row).returningAll().executeTakeFirstOrThrow()
}

export function updateVectorIndex(
  trx: Trx,
  id: number,
  change: Updateable<VectorIndexTable>,
): Promise<VectorIndexRow | undefined> {
  return trx.updateTable('vector_index').set(change).where('id', '=', id).returningAll().executeTakeFirst()
}

export async function deleteVectorIndex(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('vector_index').where('id', '=', id).execute()
}

export async function lastChange(db: Db, instanceId: number): Promise<number> {
  const row = await db
    .selectFrom('change')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('instance_id', '=', instanceId)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/**
 * Forgets up to `limit` changes that every index of the instance has. The newest one stays whatever happens (`<` and
 * not `<=`): {@link lastChange} must never go back.
 */
export async function pruneChanges(trx: Trx, instanceId: number, limit: number): Promise<void> {
  await sql`
    delete from change where seq in (
      select seq from change
      where instance_id = ${instanceId}
        and seq < (select min(applied_seq) from vector_index where instance_id = ${instanceId})
      order by seq limit ${limit}
    )`.execute(trx)
}
