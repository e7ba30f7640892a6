/**
 * Driver `s3`: AWS and every store that speaks its protocol, by the SDK of AWS.
 *
 * Folders that consoles make (objects whose key ends with a slash) are no objects here.
 */

import type { Readable } from 'node:stream'
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { clip, problem } from '../errors.ts'
import { bodyBytes } from './body-bytes.ts'
import { checkKey, isInside } from './keys.ts'
import type { BucketCredentials, S3Options } from './options.ts'
import type { Bucket, Checksum, Children, GetOptions, ObjectBody, ObjectInfo } from './port.ts'
import { s3Client } from './s3-client.ts'
import { s3Problem } from './s3-errors.ts'

/** What stores give at most in one answer. */
const PAGE = 1000

export async function openS3(
  name: string,
  options: S3Options,
  credentials: BucketCredentials | undefined,
): Promise<Bucket> {
  const client = await s3Client(name, options, credentials)
  const { bucket, addressing, endpoint } = options
  // With a domain of its own the SDK takes the URL in place of the name.
  const Bucket = addressing === 'domain' && endpoint ? endpoint : bucket

  async function send<T>(key: string | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw s3Problem(error, { name, bucket, ...(key !== undefined && { key }) })
    }
  }

  /** Answers without a body do not say what is wrong: reading one byte does. */
  async function whyNoHead(key: string, error: unknown, signal: AbortSignal | undefined): Promise<never> {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
    const status = $metadata?.httpStatusCode
    if (status !== undefined && status < 500 && status !== 412) {
      const range = { Bucket, Key: key, Range: 'bytes=0-0' }
      const { Body } = await client.send(new GetObjectCommand(range), abortable(signal))
      const body = Body as Readable | undefined
      body?.destroy()
    }
    throw error
  }

  function head(key: string, { ifMatch, signal }: GetOptions = {}): Promise<HeadObjectCommandOutput> {
    checkKey(key)
    const command = new HeadObjectCommand({ Bucket, Key: key, ...(ifMatch && { IfMatch: quoted(ifMatch) }) })
    return send(key, () =>
      client.send(command, abortable(signal)).catch((error: unknown) => whyNoHead(key, error, signal)),
    )
  }

  /** The body is empty: of an object of no bytes, or because the range begins behind its end. */
  async function nothing(key: string, options: GetOptions): Promise<ObjectBody> {
    return { info: objectInfo(key, await head(key, options)), stream: empty() }
  }

  async function get(key: string, options: GetOptions = {}): Promise<ObjectBody> {
    checkKey(key)
    const { range, ifMatch, signal } = options
    if (range && range.end <= range.start) return nothing(key, options)
    const command = new GetObjectCommand({
      Bucket,
      Key: key,
      ...(range && { Range: `bytes=${range.start}-${range.end - 1}` }),
      ...(ifMatch && { IfMatch: quoted(ifMatch) }),
    })
    const answer = await send(key, () =>
      client.send(command, abortable(signal)).catch((error: unknown) => {
        if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 416) return undefined
        throw error
      }),
    )
    if (!answer) return nothing(key, options)
    const body = answer.Body as Readable
    try {
      const info = objectInfo(key, answer)
      if (ifMatch !== undefined && info.etag !== ifMatch) throw problem('ObjectChanged', { key: clip(key) })
      if (range && answer.ContentRange === undefined) {
        throw problem('BucketRefused', { name, reason: 'it answers with whole objects where parts are asked for' })
      }
      const checksum = md5(bucket, answer)
      return {
        info,
        ...(checksum && { checksum }),
        stream: bodyBytes(body, signal, (error) => s3Problem(error, { name, bucket, key })),
      }
    } catch (error) {
      body.destroy()
      throw error
    }
  }

  /** Follows the store's own marks: it may give fewer objects than asked for although there are more. */
  async function* pages(
    input: { Prefix: string; MaxKeys: number; Delimiter?: string; StartAfter?: string },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    let token: string | undefined
    do {
      const command = new ListObjectsV2Command({
        Bucket,
        ...input,
        EncodingType: 'url',
        ...(token !== undefined && { ContinuationToken: token }),
      })
      const page = await send(undefined, () => client.send(command, abortable(signal)))
      yield page
      const next = page.IsTruncated ? page.NextContinuationToken : undefined
      if (page.IsTruncated && (next === undefined || next === token)) {
        throw problem('BucketRefused', { name, reason: 'its listing does not say how to go on' })
      }
      token = next
    } while (token !== undefined)
  }

  return {
    name,
    head: async (key, signal) => objectInfo(key, await head(key, { ...(signal && { signal }) })),
    get,

    async *list(prefix, signal) {
      for await (const page of pages({ Prefix: prefix, MaxKeys: PAGE }, signal)) yield* objects(page)
    },

    ...(!isDirectoryBucket(bucket) && {
      async *listAfter(prefix: string, key: string, signal?: AbortSignal) {
        for await (const page of pages({ Prefix: prefix, MaxKeys: PAGE, StartAfter: key }, signal)) yield* objects(page)
      },
    }),

    async children(prefix, limit, signal): Promise<Children> {
      const found: (string | ObjectInfo)[] = []
      const input = { Prefix: prefix, Delimiter: '/', MaxKeys: Math.min(PAGE, limit + 1) }
      for await (const page of pages(input, signal)) {
        found.push(...folders(page).filter((folder) => folder !== prefix), ...objects(page))
        if (found.length > limit) break
      }
      found.sort((a, b) => Buffer.compare(Buffer.from(keyOf(a)), Buffer.from(keyOf(b))))
      const shown = found.slice(0, limit)
      return {
        folders: shown.filter((child) => typeof child === 'string'),
        objects: shown.filter((child) => typeof child !== 'string'),
        isTruncated: found.length > limit,
      }
    },
  }
}

function keyOf(child: string | ObjectInfo): string {
  return typeof child === 'string' ? child : child.key
}

function* objects(page: ListObjectsV2CommandOutput): Generator<ObjectInfo> {
  for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
    const key = decoded(Key ?? '', page)
    if (key.endsWith('/') || !isInside(key)) continue
    yield objectInfo(key, { ContentLength: Size, ETag, LastModified })
  }
}

function folders(page: ListObjectsV2CommandOutput): string[] {
  return (page.CommonPrefixes ?? []).map(({ Prefix }) => decoded(Prefix ?? '', page)).filter(isInside)
}

/** Names are asked for in URL encoding: XML cannot carry all of them. */
function decoded(name: string, { EncodingType }: ListObjectsV2CommandOutput): string {
  return EncodingType === 'url' ? decodeURIComponent(name.replaceAll('+', ' ')) : name
}

type Described = Partial<Pick<GetObjectCommandOutput, 'ContentLength' | 'ContentRange' | 'ETag' | 'LastModified'>>

function objectInfo(key: string, { ContentLength, ContentRange, ETag, LastModified }: Described): ObjectInfo {
  const whole = ContentRange === undefined ? ContentLength : Number(ContentRange.split('/')[1])
  return {
    key,
    sizeBytes: whole ?? 0,
    etag: (ETag ?? '').replace(/^"|"$/g, ''),
    // Listings give fractions of a second, answers with objects do not.
    modifiedMs: Math.floor((LastModified?.getTime() ?? 0) / 1000) * 1000,
  }
}

/** An etag is the MD5 of the bytes unless the object came in parts, or is encrypted with keys of its own. */
function md5(bucket: string, answer: GetObjectCommandOutput): Checksum | undefined {
  const { ETag, ServerSideEncryption, SSECustomerAlgorithm } = answer
  const digest = /^"?([0-9a-f]{32})"?$/.exec(ETag ?? '')?.[1]
  const isOther = ServerSideEncryption?.startsWith('aws:kms') || SSECustomerAlgorithm
  if (!digest || isOther || isDirectoryBucket(bucket)) return undefined
  return { algorithm: 'md5', value: digest }
}

/** A kind of AWS's own: its etags are random, its listings in no order. */
function isDirectoryBucket(bucket: string): boolean {
  return bucket.endsWith('--x-s3')
}

function quoted(etag: string): string {
  return `"${etag}"`
}

function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {}
}

async function* empty(): AsyncGenerator<Uint8Array> {
  // No bytes.
}
