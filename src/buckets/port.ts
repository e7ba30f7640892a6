/**
 * The port to where pictures lie: one small interface, one driver a protocol.
 *
 * Keys are relative, with `/`, without leading slash. Promises are checked by `test/contracts/buckets.ts`.
 */
export interface ObjectInfo {
  readonly key: string
  readonly sizeBytes: number
  /** Changes whenever the content does; opaque. */
  readonly etag: string
  readonly modifiedMs: number
}

export interface GetOptions {
  /** First byte and one past the last. */
  readonly range?: { readonly start: number; readonly end: number }
  /** Fail with `ObjectChanged` when the object's etag is another. */
  readonly ifMatch?: string
  readonly signal?: AbortSignal
}

export interface ObjectBody {
  readonly info: ObjectInfo
  readonly stream: AsyncIterable<Uint8Array>
}

/** A bucket that can be read. Errors: ObjectNotFound, ObjectChanged, BucketUnreachable, ObjectOutsideBucket. */
export interface Bucket {
  readonly name: string
  /** Objects below a prefix, in any order. A listing that cannot go on fails, it never ends early. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<ObjectInfo>
  head(key: string, signal?: AbortSignal): Promise<ObjectInfo>
  get(key: string, options?: GetOptions): Promise<ObjectBody>
}
