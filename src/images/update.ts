import { clip, problem } from '../errors.ts'
import { supersedeFailedRows } from '../store/failed-rows.ts'
import { filterable } from '../store/filterable.ts'
import { listKeyIds, logChanges, updateImages } from '../store/image-writes.ts'
import { loadVectors } from '../store/images.ts'
import type { Change } from '../vectors/index.ts'
import { checkFields, checkKey } from './fields.ts'
import type { Images } from './images.ts'
import type { ImagesParts } from './parts.ts'
import { fieldColumns } from './rows.ts'

/** Images that one transaction changes at most; see the same in remove.ts. */
const UPDATED_AT_ONCE = 500

/** Makes `images.update`. */
export function createUpdate({ store, vision, vectors }: ImagesParts): Images['update'] {
  return async (instanceId, key, fields) => {
    checkKey(key)
    checkFields(fields)
    const columns = { ...fieldColumns(fields), source_digest: '', updated_at: Date.now() }
    let count = 0
    for (let afterId = 0; ; ) {
      const page = { afterId, limit: UPDATED_AT_ONCE }
      const changes = await store.write(async (trx): Promise<Change[]> => {
        const ids = await listKeyIds(trx, instanceId, key, page)
        const rows = await updateImages(trx, ids, columns)
        const keys = rows.map((row) => ({ productId: row.product_id, picName: row.pic_name }))
        await supersedeFailedRows(trx, instanceId, keys)
        const stored = await loadVectors(trx, vision.model.id, ids)
        const byId = new Map(rows.map((row) => [row.id, row]))
        const seqs = await logChanges(trx, instanceId, ids)
        return ids.map((imageId, i) => {
          const [row, vector, seq] = [byId.get(imageId), stored.get(imageId), seqs[i] as number]
          return row && vector ? { seq, imageId, image: { ...filterable(row), vector } } : { seq, imageId }
        })
      })
      vectors.apply(instanceId, changes)
      count += changes.length
      if (changes.length < UPDATED_AT_ONCE) break
      afterId = changes.at(-1)?.imageId as number
      await vectors.ready(instanceId)
    }
    if (count > 0) return count
    throw problem('ImageNotFound', { productId: clip(key.productId), picName: clip(key.picName ?? '*') })
  }
}
