/** What many objects of a bucket are: from one listing where the folder is small enough, else asked one by one. */
import type { Bucket, ObjectInfo } from '../buckets/index.ts'
import { problem } from '../errors.ts'
import { isProblem } from './manifest.ts'

/** Some 50 MB of memory; a folder with more is not kept. */
const MAX_LISTED = 200_000

export type ObjectFacts = Pick<ObjectInfo, 'sizeBytes' | 'etag'>

export interface ListedObjects {
  /** @throws ObjectNotFound, what `bucket.head` throws */
  find(key: string, signal: AbortSignal): Promise<ObjectFacts>
}

/** @param folder prefix of the objects that are asked for most */
export function listedObjects(bucket: Bucket, folder: string): ListedObjects {
  let listing: Promise<ReadonlyMap<string, ObjectFacts> | undefined> | undefined

  return {
    async find(key, signal) {
      listing ??= list(bucket, folder, signal)
      const listed = key.startsWith(folder) ? await listing : undefined
      if (!listed) return bucket.head(key, signal)
      const found = listed.get(key)
      if (!found) throw problem('ObjectNotFound', { key })
      return found
    },
  }
}

/** @returns undefined when there are too many, or the bucket cannot be listed */
async function list(
  bucket: Bucket,
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ObjectFacts> | undefined> {
  const objects = new Map<string, ObjectFacts>()
  try {
    for await (const { key, sizeBytes, etag } of bucket.list(folder, signal)) {
      if (objects.size === MAX_LISTED) return undefined
      objects.set(key, { sizeBytes, etag })
    }
  } catch (error) {
    if (isProblem(error, 'BucketNotListable') || isProblem(error, 'BucketNotPermitted')) return undefined
    throw error
  }
  return objects
}
