import { supersedeFailedRows } from '../store/failed-rows.ts'
import { listRemovable, listRemovableByLines, listStillMatching, type StoredImage } from '../store/image-writes.ts'
import { lastImageId, listMatching } from '../store/images.ts'
import type { Trx } from '../store/index.ts'
import { leaveTombstones } from '../store/tombstones.ts'
import type { CategoryModels } from './category-models.ts'
import { checkKey } from './fields.ts'
import type { Images } from './images.ts'
import type { ImagesParts } from './parts.ts'
import { type Removed, removeImages } from './write-images.ts'

/** Images that one transaction deletes at most: a product may have a million, and every writer waits. */
const REMOVED_AT_ONCE = 1000

type Removal = Pick<Images, 'remove' | 'removeMany' | 'removeByFilter'>

/** Makes the parts of `images` that delete. */
export function createRemoval(parts: ImagesParts, models: CategoryModels): Removal {
  const { store, vectors, hashes, thumbnails } = parts

  /** After the commit: from here on no search finds the images. */
  async function publish(instanceId: number, { images, seqs }: Removed): Promise<void> {
    if (images.length === 0) return
    vectors.apply(
      instanceId,
      images.map(({ id }, i) => ({ seq: seqs[i] as number, imageId: id })),
    )
    hashes.remove(
      instanceId,
      images.map(({ id }) => id),
    )
    models.note(instanceId, images.length)
    await Promise.all(images.map(({ thumbnail }) => thumbnails.remove(thumbnail)))
  }

  /**
   * Deletes what `list` gives, in parts; `conclude` runs in the transaction of the last part, which finds all that
   * is left. A stop in between leaves a part of the work undone, never a wrong state: the delete is simply repeated.
   */
  async function removeListed(
    instanceId: number,
    list: (trx: Trx, limit: number) => Promise<StoredImage[]>,
    conclude: (trx: Trx) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<string[]> {
    const picNames: string[] = []
    for (let isLast = false; !isLast; ) {
      signal?.throwIfAborted()
      const removed = await store.write(async (trx) => {
        const images = await list(trx, REMOVED_AT_ONCE + 1)
        isLast = images.length <= REMOVED_AT_ONCE
        const result = await removeImages(trx, instanceId, images.slice(0, REMOVED_AT_ONCE))
        if (isLast) await conclude(trx)
        return result
      })
      await publish(instanceId, removed)
      for (const image of removed.images) picNames.push(image.pic_name)
      if (!isLast) await vectors.ready(instanceId, signal)
    }
    return picNames
  }

  return {
    async remove(instanceId, key, { import: line, alongside, signal }) {
      checkKey(key)
      return removeListed(
        instanceId,
        (trx, limit) => listRemovable(trx, instanceId, key, limit, line),
        async (trx) => {
          if (line) await leaveTombstones(trx, line.importId, [{ ...key, line: line.line }])
          await supersedeFailedRows(trx, instanceId, [{ ...key, ...(line && { line: line.line }) }], line?.importId)
          await alongside?.(trx, 'removed')
        },
        signal,
      )
    },

    async removeMany(instanceId, keys, { importId, alongside, signal }) {
      for (const key of keys) checkKey(key)
      await vectors.ready(instanceId, signal)
      await removeListed(
        instanceId,
        (trx, limit) => listRemovableByLines(trx, instanceId, importId, keys, limit),
        async (trx) => {
          await leaveTombstones(trx, importId, keys)
          await supersedeFailedRows(trx, instanceId, keys, importId)
          await alongside?.(trx)
        },
        signal,
      )
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
          const removedKeys = images.map((image) => ({ productId: image.product_id, picName: image.pic_name }))
          await supersedeFailedRows(trx, instanceId, removedKeys)
          keys.push(...removedKeys)
          return result
        })
        await publish(instanceId, removed)
        await vectors.ready(instanceId)
      }
    },
  }
}
