/**
 * Buckets: where pictures lie. A registry of named buckets over drivers, one a protocol.
 */
import type { Bucket } from './port.ts'

export type { Bucket, GetOptions, ObjectBody, ObjectInfo } from './port.ts'

export interface BucketInfo {
  readonly name: string
  readonly driver: 'file' | 's3' | 'oss' | 'http'
  /** The driver's options without secrets; file: `{ folder }`. */
  readonly options: Readonly<Record<string, unknown>>
  readonly createdMs: number
}

export interface BucketTest {
  readonly ok: boolean
  /** What was tried, in order. */
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

export interface Buckets {
  /** @throws BucketNameInvalid, BucketExists, BucketFolderMissing */
  addFolder(name: string, folder: string): Promise<BucketInfo>
  list(): Promise<BucketInfo[]>
  /** @throws BucketNotFound */
  open(name: string): Promise<Bucket>
  test(name: string): Promise<BucketTest>
  /** Objects and folders directly below a prefix, for browsing; at most `limit`. */
  browse(
    name: string,
    prefix: string,
    limit: number,
  ): Promise<{ folders: string[]; objects: { key: string; sizeBytes: number }[] }>
  remove(name: string): Promise<void>
}
