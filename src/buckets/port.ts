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

/** Of a whole object, as its store keeps it. */
export interface Checksum {
  /** `crc64` = CRC-64/XZ, which OSS calls crc64ecma. */
  readonly algorithm: 'md5' | 'crc64'
  /** md5: 32 lower-case hexadecimal digits; crc64: decimal. */
  readonly value: string
}

export interface ObjectBody {
  /** Of the whole object, also when a range was asked for. */
  readonly info: ObjectInfo
  /** Of the whole object too; absent where the store gives none. */
  readonly checksum?: Checksum
  /**
   * The bytes, exactly as many as asked for: a shorter or changed object fails with `ObjectChanged`. Begin to read it
   * in any case (and stop at will): it holds a file or a connection open.
   */
  readonly stream: AsyncIterable<Uint8Array>
}

/** What lies directly below a prefix that is empty or ends with a slash. */
export interface Children {
  /** Whole prefixes, each ends with a slash. */
  readonly folders: readonly string[]
  readonly objects: readonly ObjectInfo[]
  /** There is more than `limit`. */
  readonly isTruncated: boolean
}

/**
 * A bucket that can be read. Errors of an object: ObjectNotFound, ObjectNotReadable, ObjectOutsideBucket, ObjectChanged
 * and ObjectDamaged; of the bucket as a whole: BucketCredentialsRefused, BucketNotPermitted, BucketNotAtStore,
 * BucketRefused; and BucketUnreachable, after which the same call may succeed later.
 */
export interface Bucket {
  readonly name: string
  /** Objects whose key begins with the prefix, in any order. A listing that cannot go on fails, it never ends early. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<ObjectInfo>
  /**
   * The same from behind a key, in order of keys: where a listing that broke goes on. Absent where the store has no
   * order of its own.
   */
  listAfter?(prefix: string, key: string, signal?: AbortSignal): AsyncIterable<ObjectInfo>
  /** Folders and objects directly below a prefix, in order of name; at most `limit` together. */
  children(prefix: string, limit: number, signal?: AbortSignal): Promise<Children>
  head(key: string, signal?: AbortSignal): Promise<ObjectInfo>
  get(key: string, options?: GetOptions): Promise<ObjectBody>
}
