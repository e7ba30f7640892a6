/** Sizes of many objects of a bucket: from one listing where the folder is small enough, else asked one by one. */
import type { Bucket } from '../buckets/index.ts'
import { problem } from '../errors.ts'
import { isProblem } from './manifest.ts'

/** Some 30 MB of memory; a folder with more is not kept. */
const MAX_LISTED = 200_000

export interface ObjectSizes {
  /** @throws ObjectNotFound, what `bucket.head` throws */
  find(key: string, signal: AbortSignal): Promise<number>
}

/** @param folder prefix of the objects that are asked for most */
export function objectSizes(bucket: Bucket, folder: string): ObjectSizes {
  let listing: Promise<ReadonlyMap<string, number> | undefined> | undefined

  return {
    async find(key, signal) {
      listing ??= listSizes(bucket, folder, signal)
      const listed = key.startsWith(folder) ? await listing : undefined
      if (!listed) return (await bucket.head(key, signal)).sizeBytes
      const sizeBytes = listed.get(key)
      if (sizeBytes === undefined) throw problem('ObjectNotFound', { key })
      return sizeBytes
    },
  }
}

/** @returns undefined when there are too many, or the bucket cannot be listed */
async function listSizes(
  bucket: Bucket,
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | undefined> {
  const sizes = new Map<string, number>()
  try {
    for await (const { key, sizeBytes } of bucket.list(folder, signal)) {
      if (sizes.size === MAX_LISTED) return undefined
      sizes.set(key, sizeBytes)
    }
  } catch (error) {
    if (isProblem(error, 'BucketNotListable')) return undefined
    throw error
  }
  return sizes
}
