import { setImmediate } from 'node:timers/promises'
import type { Store, Trx } from '../store/index.ts'
import {
  deleteInstance,
  deleteSomeChanges,
  deleteSomeImages,
  deleteSomeImportRows,
  droppedInstances,
} from '../store/instances.ts'

/** Small enough that a write which waits for one part hardly notices (some 10 ms). */
const IMAGES_AT_ONCE = 500
const ROWS_AT_ONCE = 5000

/** Deletes what dropped instances left, in parts, until nothing is left or `signal` says stop. */
export async function sweepDropped(
  store: Store,
  forget: (instanceId: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (const id of await droppedInstances(store.read)) {
    await inParts((trx) => deleteSomeImages(trx, id, IMAGES_AT_ONCE))
    await inParts((trx) => deleteSomeChanges(trx, id, ROWS_AT_ONCE))
    await inParts((trx) => deleteSomeImportRows(trx, id, ROWS_AT_ONCE))
    if (signal.aborted) return
    await forget(id)
    await store.write((trx) => deleteInstance(trx, id))
  }

  async function inParts(deleteSome: (trx: Trx) => Promise<number>): Promise<void> {
    while (!signal.aborted && (await store.write(deleteSome)) > 0) await setImmediate()
  }
}
