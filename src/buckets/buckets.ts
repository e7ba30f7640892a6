/** The registry of named buckets, as services see it. */
import type { Bucket, Children } from './port.ts'

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
  /**
   * @param folder absolute path on the server's machine
   * @throws BucketNameInvalid, BucketExists, BucketFolderMissing, BucketFolderNotAllowed, ParameterInvalid
   */
  addFolder(name: string, folder: string): Promise<BucketInfo>
  list(): Promise<BucketInfo[]>
  /** @throws BucketNotFound, BucketUnreachable */
  open(name: string): Promise<Bucket>
  /** Says what works and what does not. @throws BucketNotFound */
  test(name: string): Promise<BucketTest>
  /** Objects and folders directly below a prefix, for browsing; at most `limit`. @throws BucketNotFound */
  browse(name: string, prefix: string, limit: number): Promise<Children>
  /** Forgets the bucket; its objects stay. @throws BucketNotFound, BucketInUse */
  remove(name: string): Promise<void>
}
