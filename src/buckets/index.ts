/**
 * Buckets: where pictures lie. A registry of named buckets over drivers, one a protocol.
 */

export type { BucketInfo, Buckets, BucketTest } from './buckets.ts'
export { type BucketRow, type BucketRows, type BucketsParts, createBuckets } from './create-buckets.ts'
export type { Bucket, Children, GetOptions, ObjectBody, ObjectInfo } from './port.ts'
