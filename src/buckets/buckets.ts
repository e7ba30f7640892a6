/** The registry of named buckets, as services see it. */
import type { BucketCredentials, BucketSource } from './options.ts'
import type { Bucket, Children } from './port.ts'

/** A bucket without its secrets. */
export type BucketInfo = BucketSource & {
  readonly name: string
  /** Of the credentials, if it has any that can be read. */
  readonly accessKeyId?: string
  readonly createdMs: number
}

export interface BucketTest {
  readonly ok: boolean
  /** What was tried, in order. */
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

export interface Buckets {
  /**
   * Adds a bucket. Nothing is asked of its store: {@link Buckets.test} does.
   *
   * @throws BucketNameInvalid, BucketExists, BucketFolderMissing, BucketFolderNotAllowed, BucketCredentialsMissing,
   * ParameterInvalid
   */
  add(name: string, source: BucketSource, credentials?: BucketCredentials): Promise<BucketInfo>
  /**
   * Puts other credentials in place of those there are; imports that run go on with the new ones.
   *
   * @throws BucketNotFound, ParameterInvalid when the bucket takes none
   */
  setCredentials(name: string, credentials: BucketCredentials): Promise<BucketInfo>
  list(): Promise<BucketInfo[]>
  /**
   * The bucket for reading, the same for all who open it: its limits count for them together.
   *
   * @throws BucketNotFound, BucketUnreachable, BucketCredentialsUnreadable
   */
  open(name: string): Promise<Bucket>
  /** Says what works and what does not. @throws BucketNotFound */
  test(name: string): Promise<BucketTest>
  /** Objects and folders directly below a prefix, for browsing; at most `limit`. @throws BucketNotFound */
  browse(name: string, prefix: string, limit: number): Promise<Children>
  /** Forgets the bucket; its objects stay. @throws BucketNotFound, BucketInUse */
  remove(name: string): Promise<void>
}
