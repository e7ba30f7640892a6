import { supersedeFailedRows } from '../store/failed-rows.ts'
import type { Store } from '../store/index.ts'
import { touchUnchanged } from '../store/unchanged-images.ts'
import type { Images } from './images.ts'

/** Makes `images.keepUnchanged`. */
export function createKeepUnchanged(store: Store): Images['keepUnchanged'] {
  return async (instanceId, importId, rows) => {
    if (rows.length === 0) return new Set()
    const kept = await store.write(async (trx) => {
      const lines = new Set(await touchUnchanged(trx, instanceId, importId, rows))
      const unchanged = rows.filter(({ line }) => lines.has(line))
      // A retry of an earlier row that failed must not overwrite these.
      await supersedeFailedRows(trx, instanceId, unchanged, importId)
      return lines
    })
    return kept
  }
}
