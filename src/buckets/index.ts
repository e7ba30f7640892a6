/**
 * Buckets: where pictures lie. A registry of named buckets over drivers, one a protocol.
 */

export type { BucketInfo, Buckets, BucketTest } from './buckets.ts'
export {
  type BucketRow,
  type BucketRows,
  type BucketSecrets,
  type BucketsParts,
  createBuckets,
} from './create-buckets.ts'
export type {
  BucketCredentials,
  BucketSource,
  Driver,
  DriverOptions,
  FileOptions,
  HttpOptions,
  OssOptions,
  S3Options,
} from './options.ts'
export type { Bucket, Checksum, Children, GetOptions, ObjectBody, ObjectInfo } from './port.ts'
