import {
  lastImageId,
  leaveTombstones,
  listMatching,
  listRemovable,
  listRemovableByLines,
  listStillMatching,
} from '../store/images.ts'
import type { CategoryModels } from './category-models.ts'
import { checkKey } from './fields.ts'
import type { Images } from './images.ts'
import type { ImagesParts } from './parts.ts'
import { type Removed, removeImages } from './write-image.ts'

/** Images that one transaction of a removal by filter deletes at most. */
const REMOVED_AT_ONCE = 500

type Removal = Pick<Images, 'remove' | 'removeMany' | 'removeByFilter'>

/** Makes the parts of `images` that delete. */
export function createRemoval(parts: ImagesParts, models: CategoryModels): Removal {
  const { store, vectors, thumbnails } = parts

  /** After the commit: from here on no search finds the images. */
  async function publish(instanceId: number, { images, seqs }: Removed): Promise<void> {
    if (images.length === 0) return
    vectors.apply(
      instanceId,
      images.map(({ id }, i) => ({ seq: seqs[i] as number, imageId: id })),
    )
    models.note(instanceId, images.length)
    await Promise.all(images.map(({ thumbnail }) => thumbnails.remove(thumbnail)))
  }

  return {
    async remove(instanceId, key, context) {
      checkKey(key)
      const { import: line } = context
      const removed = await store.write(async (trx) => {
        const result = await removeImages(trx, instanceId, await listRemovable(trx, instanceId, key, line))
        if (line) await leaveTombstones(trx, line.importId, [{ ...key, line: line.line }])
        await context.alongside?.(trx, 'removed')
        return result
      })
      await publish(instanceId, removed)
      return removed.images.map((image) => image.pic_name)
    },

    async removeMany(instanceId, keys, { importId, alongside, signal }) {
      for (const key of keys) checkKey(key)
      await vectors.ready(instanceId, signal)
      const removed = await store.write(async (trx) => {
        const images = await listRemovableByLines(trx, instanceId, importId, keys)
        const result = await removeImages(trx, instanceId, images)
        await leaveTombstones(trx, importId, keys)
        await alongside?.(trx)
        return result
      })
      await publish(instanceId, removed)
    },

    async removeByFilter(instanceId, filter) {
      const keys: { productId: string; picName: string }[] = []
      // Only those that are there now: an import that adds matching ones meanwhile must not keep this going.
      const toId = await lastImageId(store.read, instanceId)
      for (let afterId = 0; ; ) {
        // The scan reads beside the writer; in the transaction the images found are looked at once more.
        const ids = await listMatching(store.read, instanceId, filter, { afterId, toId, limit: REMOVED_AT_ONCE })
        if (ids.length === 0) return keys
        afterId = ids.at(-1) as number
        const removed = await store.write(async (trx) => {
          const images = await listStillMatching(trx, ids, filter)
          const result = await removeImages(trx, instanceId, images)
          return { ...result, products: images.map((image) => image.product_id) }
        })
        await publish(instanceId, removed)
        for (const [i, image] of removed.images.entries()) {
          keys.push({ productId: removed.products[i] as string, picName: image.pic_name })
        }
      }
    },
  }
}
