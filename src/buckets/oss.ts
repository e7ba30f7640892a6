/**
 * Driver `oss`: Alibaba Cloud OSS by its own protocol, signed with V4, by the SDK of Alibaba Cloud.
 *
 * Folders that consoles make (objects whose key ends with a slash) are no objects here.
 */
import type { Readable } from 'node:stream'
import OSS, { type Page } from 'ali-oss'
import { clip, problem } from '../errors.ts'
import { bodyBytes } from './body-bytes.ts'
import { checkKey, isInside } from './keys.ts'
import type { BucketCredentials, OssOptions } from './options.ts'
import { type OssCredentialsParts, type OssKeys, ossKeyring } from './oss-credentials.ts'
import { ossProblem } from './oss-errors.ts'
import { ossTransport } from './oss-transport.ts'
import type { Bucket, Checksum, Children, GetOptions, ObjectBody, ObjectInfo } from './port.ts'

/** What OSS gives at most in one answer. */
const PAGE = 1000
type Headers = Readonly<Record<string, string | undefined>>

/** @param parts for tests */
export async function openOss(
  name: string,
  options: OssOptions,
  credentials?: BucketCredentials,
  parts?: OssCredentialsParts,
): Promise<Bucket> {
  const { bucket } = options
  const keyring = ossKeyring(name, options, credentials, parts)
  const transport = ossTransport(options.auth === 'anonymous')
  let used: { readonly keys: OssKeys; readonly client: OSS } | undefined

  /** The SDK's own renewal forgets to ask again when it failed once: a client lives as long as its keys. */
  async function client(): Promise<OSS> {
    const keys = await keyring()
    if (used?.keys !== keys) used = { keys, client: new OSS({ ...clientOptions(options, keys), urllib: transport }) }
    return used.client
  }

  async function send<T>(key: string | undefined, signal: AbortSignal | undefined, work: (oss: OSS) => Promise<T>) {
    signal?.throwIfAborted()
    try {
      return await work(await client())
    } catch (error) {
      signal?.throwIfAborted()
      throw ossProblem(error, { name, bucket, ...(key !== undefined && { key }) })
    }
  }

  async function head(key: string, { ifMatch, signal }: GetOptions = {}): Promise<ObjectInfo> {
    checkKey(key)
    return send(key, signal, async (oss) => {
      try {
        const headers = { 'Accept-Encoding': 'identity', ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }) }
        return objectInfo(key, (await oss.head(key, { headers, ctx: { signal } })).res.headers)
      } catch (error) {
        const { status } = error as { status?: number }
        // An answer without a body does not say whether the bucket is missing or the object: reading one byte does.
        if (status === 403 || status === 404) {
          const { stream } = await oss.getStream(key, { headers: { Range: 'bytes=0-0' }, ctx: { signal } })
          ;(stream as Readable).destroy()
        }
        throw error
      }
    })
  }

  /** The body is empty: of an object of no bytes, or because the range begins behind its end. */
  async function nothing(key: string, options: GetOptions): Promise<ObjectBody> {
    return { info: await head(key, options), stream: empty() }
  }

  async function get(key: string, options: GetOptions = {}): Promise<ObjectBody> {
    checkKey(key)
    const { range, ifMatch, signal } = options
    if (range && range.end <= range.start) return nothing(key, options)
    const headers = {
      'Accept-Encoding': 'identity',
      // Without it a range beyond the end is answered with the whole object.
      ...(range && { Range: `bytes=${range.start}-${range.end - 1}`, 'x-oss-range-behavior': 'standard' }),
      ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }),
    }
    const answer = await send(key, signal, (oss) =>
      oss.getStream(key, { headers, ctx: { signal } }).catch((error: unknown) => {
        if ((error as { status?: number }).status === 416) return undefined
        throw error
      }),
    )
    if (!answer) return nothing(key, options)
    const body = answer.stream as Readable
    try {
      const info = objectInfo(key, answer.res.headers)
      if (ifMatch !== undefined && info.etag !== ifMatch) throw problem('ObjectChanged', { key: clip(key) })
      if (range && answer.res.status !== 206) {
        throw problem('BucketRefused', { name, reason: 'it answers with whole objects where parts are asked for' })
      }
      const checksum = crc64(answer.res.headers)
      return {
        info,
        ...(checksum && { checksum }),
        stream: bodyBytes(body, signal, (error) => ossProblem(error, { name, bucket, key })),
      }
    } catch (error) {
      body.destroy()
      throw error
    }
  }

  /**
   * Follows the store's own marks: it may give fewer objects than asked for although there are more. Nothing
   * empty is asked for: the SDK signs an empty parameter in another way than the store.
   */
  async function* pages(query: Record<string, string | number>, signal?: AbortSignal): AsyncGenerator<Page> {
    let token: string | undefined
    do {
      const { prefix, ...rest } = query
      const asked = {
        'encoding-type': 'url',
        ...rest,
        ...(prefix && { prefix }),
        ...(token !== undefined && { 'continuation-token': token }),
      }
      const page: Page = await send(undefined, signal, (oss) => oss.listV2(asked, { ctx: { signal } }))
      yield page
      const next = page.isTruncated ? page.nextContinuationToken : undefined
      if (page.isTruncated && (!next || next === token)) {
        throw problem('BucketRefused', { name, reason: 'its listing does not say how to go on' })
      }
      token = next ?? undefined
    } while (token !== undefined)
  }

  return {
    name,
    head: (key, signal) => head(key, { ...(signal && { signal }) }),
    get,

    async *list(prefix, signal) {
      for await (const page of pages({ prefix, 'max-keys': PAGE }, signal)) yield* objects(page)
    },

    async *listAfter(prefix, key, signal) {
      for await (const page of pages({ prefix, 'max-keys': PAGE, 'start-after': key }, signal)) yield* objects(page)
    },

    async children(prefix, limit, signal): Promise<Children> {
      const found: { key: string; object?: ObjectInfo }[] = []
      const query = { prefix, delimiter: '/', 'max-keys': Math.min(PAGE, limit + 1) }
      for await (const page of pages(query, signal)) {
        for (const folder of page.prefixes ?? []) found.push({ key: decoded(folder) })
        for (const object of objects(page)) found.push({ key: object.key, object })
        if (found.length > limit) break
      }
      found.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
      const shown = found.slice(0, limit)
      return {
        folders: shown.filter(({ key, object }) => !object && isInside(key)).map(({ key }) => key),
        objects: shown.flatMap(({ object }) => object ?? []),
        isTruncated: found.length > limit,
      }
    },
  }
}

function clientOptions(options: OssOptions, { accessKeyId, accessKeySecret, securityToken }: OssKeys): object {
  const { bucket, region, endpoint, isInternal, isCname } = options
  return {
    bucket,
    region: `oss-${region.replace(/^oss-/, '')}`,
    ...(endpoint ? { endpoint, cname: isCname ?? false } : { internal: isInternal ?? false, secure: true }),
    accessKeyId,
    accessKeySecret,
    // An interval, which means nothing without a function to call then, spares a warning on the console.
    ...(securityToken && { stsToken: securityToken, refreshSTSTokenInterval: 1 }),
    authorizationV4: true,
  }
}

function* objects(page: Page): Generator<ObjectInfo> {
  for (const { name, size, etag, lastModified } of page.objects) {
    const key = decoded(name)
    if (key.endsWith('/') || !isInside(key)) continue
    yield { key, sizeBytes: size, etag: unquoted(etag), modifiedMs: wholeSeconds(lastModified) }
  }
}

/** Names are asked for in URL encoding: XML cannot carry all of them. */
function decoded(name: string): string {
  return decodeURIComponent(name.replaceAll('+', ' '))
}

function objectInfo(key: string, headers: Headers): ObjectInfo {
  const whole = headers['content-range']?.split('/')[1] ?? headers['content-length']
  return {
    key,
    sizeBytes: Number(whole ?? 0),
    etag: unquoted(headers.etag),
    modifiedMs: wholeSeconds(headers['last-modified']),
  }
}

function crc64(headers: Headers): Checksum | undefined {
  const value = headers['x-oss-hash-crc64ecma']
  return value === undefined ? undefined : { algorithm: 'crc64', value }
}

function unquoted(etag: string | undefined): string {
  return (etag ?? '').replace(/^"|"$/g, '')
}

/** Listings give fractions of a second, answers with objects do not. */
function wholeSeconds(date: string | undefined): number {
  return Math.floor((Date.parse(date ?? '') || 0) / 1000) * 1000
}

async function* empty(): AsyncGenerator<Uint8Array> {
  // No bytes.
}
