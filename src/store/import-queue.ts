/** Imports of one instance one after the other: those that wait, and who is next. */
import type { ImportRecord } from './imports.ts'
import type { Db, Trx } from './index.ts'

/** How many imports go before one that is queued, the one that runs included. */
export async function countAhead(
  db: Db,
  { id, instance_id }: Pick<ImportRecord, 'id' | 'instance_id'>,
): Promise<number> {
  const { count } = await db
    .selectFrom('import')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('instance_id', '=', instance_id)
    .where('finished_at', '=', 0)
    .where((eb) => eb.or([eb('id', '<', id), eb('state', '<>', 'queued')]))
    .executeTakeFirstOrThrow()
  return count
}

/** Lets the oldest queued import of an instance begin, unless one is running or paused. */
export async function beginNext(trx: Trx, instanceId: number, nowMs: number): Promise<ImportRecord | undefined> {
  const open = await trx
    .selectFrom('import')
    .select(['id', 'state'])
    .where('instance_id', '=', instanceId)
    .where('state', 'in', ['queued', 'running', 'paused'])
    .orderBy('id')
    .execute()
  const [next] = open
  if (!next || open.some(({ state }) => state !== 'queued')) return undefined
  return trx
    .updateTable('import')
    .set({ state: 'running', started_at: nowMs, modified_at: nowMs })
    .where('id', '=', next.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
