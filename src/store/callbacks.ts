/** What is told at the end of imports, and every try to deliver it. */
import type { Selectable } from 'kysely'
import type { CallbackDeliveryTable, CallbackTable, Db, Trx } from './index.ts'

export type CallbackRecord = Selectable<CallbackTable>
export type DeliveryRecord = Selectable<CallbackDeliveryTable>

/** A callback with the address that it goes to. */
export type DueCallback = CallbackRecord & { readonly address: string; readonly instance: string }

export async function insertCallback(trx: Trx, importId: number, body: string, nowMs: number): Promise<void> {
  await trx
    .insertInto('callback')
    .values({ import_id: importId, state: 'waiting', body, tries: 0, next_at: nowMs, created_at: nowMs })
    .execute()
}

/** Callbacks whose time has come, longest waiting first. */
export function dueCallbacks(db: Db, nowMs: number, limit: number): Promise<DueCallback[]> {
  return db
    .selectFrom('callback')
    .innerJoin('import', 'import.id', 'callback.import_id')
    .innerJoin('instance', 'instance.id', 'import.instance_id')
    .selectAll('callback')
    .select(['import.callback_address as address', 'instance.name as instance'])
    .where('callback.state', '=', 'waiting')
    .where('callback.next_at', '<=', nowMs)
    .orderBy('callback.next_at')
    .limit(limit)
    .execute()
}

/** When the next callback is due; undefined = none is waiting. */
export async function nextCallbackAt(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('callback')
    .select('next_at')
    .where('state', '=', 'waiting')
    .orderBy('next_at')
    .executeTakeFirst()
  return row?.next_at
}

export async function recordDelivery(
  trx: Trx,
  id: number,
  delivery: Omit<DeliveryRecord, 'callback_id' | 'number'>,
  then: Pick<CallbackRecord, 'state' | 'tries' | 'next_at'>,
): Promise<void> {
  const last = await trx
    .selectFrom('callback_delivery')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('callback_id', '=', id)
    .executeTakeFirst()
  await trx
    .insertInto('callback_delivery')
    .values({ ...delivery, callback_id: id, number: (last?.number ?? 0) + 1 })
    .execute()
  await trx.updateTable('callback').set(then).where('id', '=', id).execute()
}

/** Callbacks of an import with their deliveries, oldest first. */
export async function listCallbacks(
  db: Db,
  importId: number,
): Promise<(CallbackRecord & { deliveries: DeliveryRecord[] })[]> {
  const callbacks = await db
    .selectFrom('callback')
    .selectAll()
    .where('import_id', '=', importId)
    .orderBy('id')
    .execute()
  const deliveries = await db
    .selectFrom('callback_delivery')
    .innerJoin('callback', 'callback.id', 'callback_delivery.callback_id')
    .selectAll('callback_delivery')
    .where('callback.import_id', '=', importId)
    .orderBy('number')
    .execute()
  return callbacks.map((one) => ({ ...one, deliveries: deliveries.filter((tried) => tried.callback_id === one.id) }))
}

/** Lets the last callback of an import go out again. @returns false when it has none */
export async function redeliverLast(trx: Trx, importId: number, nowMs: number): Promise<boolean> {
  const last = await trx
    .selectFrom('callback')
    .select('id')
    .where('import_id', '=', importId)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  if (!last) return false
  await trx
    .updateTable('callback')
    .set({ state: 'waiting', tries: 0, next_at: nowMs })
    .where('id', '=', last.id)
    .execute()
  return true
}
