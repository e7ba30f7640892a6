/**
 * Driver `http`: files of a web server as a bucket, read by their names below one URL.
 *
 * HTTP has no listing: whoever needs one is told so. What changes an object is told by its ETag, or else by the date of
 * its last change and its size.
 */
import { addAbortSignal, type Readable } from 'node:stream'
import { clip, problem } from '../errors.ts'
import { type AddressGuard, createAddressGuard } from '../ops/address-guard.ts'
import { createWebRequest, letGo, type WebAnswer, webProblem } from './http-request.ts'
import { checkKey } from './keys.ts'
import type { HttpOptions } from './options.ts'
import type { Bucket, GetOptions, ObjectBody, ObjectInfo } from './port.ts'

/** Servers that cannot give a part give all of it: so much is read and dropped to come to where the part begins. */
const MAX_SKIPPED_BYTES = 4 * 1024 * 1024
/** The server does not do HEAD, or its signed addresses are for GET alone. */
const NO_HEAD = new Set([400, 401, 403, 405, 501])

/** @param guard default: the public internet, unless the options allow more */
export async function openHttp(
  name: string,
  { url: base, allowPrivate }: HttpOptions,
  guard: AddressGuard = createAddressGuard(allowPrivate ? { isAllowed: () => true } : {}),
): Promise<Bucket> {
  const request = createWebRequest(name, guard)
  const root = new URL(base.endsWith('/') ? base : `${base}/`)

  function objectUrl(key: string): URL {
    checkKey(key)
    const parts = key.split('/')
    // The URL would lose them, and one object would have many names.
    if (parts.some((part) => part === '' || part === '.')) throw problem('ObjectNotFound', { key: clip(key) })
    return new URL(parts.map(encodeURIComponent).join('/'), root)
  }

  function notListable(): Error {
    return problem('BucketNotListable', { name })
  }

  /** @throws whatever the status of the answer means when it is none of success; the body is let go */
  function check(key: string, { status, headers, body }: WebAnswer): void {
    const encoding = headers['content-encoding'] ?? 'identity'
    if ((status === 200 || status === 206) && encoding === 'identity') return
    letGo(body)
    throw status === 200 || status === 206
      ? problem('ObjectNotReadable', { key: clip(key), reason: `it comes compressed (${clip(encoding)})` })
      : statusProblem(name, key, status)
  }

  async function head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    const answer = await request(key, { method: 'HEAD', url: objectUrl(key), signal })
    answer.body.resume()
    if (NO_HEAD.has(answer.status) || (answer.status === 200 && answer.headers['content-length'] === undefined)) {
      return headByGet(key, signal)
    }
    check(key, answer)
    return objectInfo(key, answer)
  }

  async function headByGet(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    const answer = await request(key, { method: 'GET', url: objectUrl(key), headers: { range: 'bytes=0-0' }, signal })
    answer.body.destroy()
    if (answer.status === 416 && sizeOf(answer) === 0) return objectInfo(key, answer)
    check(key, answer)
    return objectInfo(key, answer)
  }

  async function nothing(key: string, { ifMatch, signal }: GetOptions): Promise<ObjectBody> {
    const info = await head(key, signal)
    if (ifMatch !== undefined && info.etag !== ifMatch) throw problem('ObjectChanged', { key: clip(key) })
    return { info, stream: empty() }
  }

  async function get(key: string, options: GetOptions = {}): Promise<ObjectBody> {
    const { range, ifMatch, signal } = options
    const url = objectUrl(key)
    if (range && range.end <= range.start) return nothing(key, options)
    // If-Match for those who do it; others are found out by the etag of their answer.
    const headers = {
      ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
      ...(ifMatch?.startsWith('"') && { 'if-match': ifMatch }),
    }
    const answer = await request(key, { method: 'GET', url, headers, signal })
    if (answer.status === 416) {
      answer.body.destroy()
      return nothing(key, options)
    }
    check(key, answer)
    try {
      const info = objectInfo(key, answer)
      if (ifMatch !== undefined && info.etag !== ifMatch) throw problem('ObjectChanged', { key: clip(key) })
      return { info, stream: bytes(info, answer, range, signal) }
    } catch (error) {
      answer.body.destroy()
      throw error
    }
  }

  /** The part of the answer that was asked for, checked for its length. */
  async function* bytes(
    { key, sizeBytes }: ObjectInfo,
    { status, headers, body }: WebAnswer,
    range: GetOptions['range'],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const start = Math.min(range?.start ?? 0, sizeBytes)
    const end = Math.min(range?.end ?? sizeBytes, sizeBytes)
    let position = status === 206 ? Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]) : 0
    const isUsable = position <= start && start - position <= MAX_SKIPPED_BYTES
    if (!isUsable) {
      body.destroy()
      const reason = 'its server gives no parts of an object'
      throw problem(
        'ObjectNotReadable',
        { key: clip(key), reason },
        { hint: 'Let the server answer requests for ranges.' },
      )
    }
    if (signal) addAbortSignal(signal, body as Readable)
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        const part = chunk.subarray(Math.max(0, start - position), Math.max(0, end - position))
        position += chunk.length
        if (part.length > 0) yield part
        // Not at the end of the answer: leaving the loop closes the connection.
        if (position > end) break
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw webProblem(name, error)
    }
    if (position < end) throw problem('BucketUnreachable', { name, reason: 'an answer ended early' })
  }

  return {
    name,
    // biome-ignore lint/correctness/useYield: it fails instead
    async *list() {
      throw notListable()
    },
    children: async () => {
      throw notListable()
    },
    head,
    get,
  }
}

function objectInfo(key: string, answer: WebAnswer): ObjectInfo {
  const sizeBytes = sizeOf(answer)
  if (sizeBytes === undefined) {
    throw problem('ObjectNotReadable', { key: clip(key), reason: 'the server does not say how large it is' })
  }
  const { etag, 'last-modified': modified } = answer.headers
  return {
    key,
    sizeBytes,
    etag: etag ?? `${sizeBytes}-${modified ?? ''}`,
    modifiedMs: Date.parse(modified ?? '') || 0,
  }
}

/** Of the whole object. */
function sizeOf({ status, headers }: WebAnswer): number | undefined {
  const text = status === 200 ? headers['content-length'] : headers['content-range']?.split('/')[1]
  const bytes = Number(text)
  return text === undefined || !Number.isSafeInteger(bytes) ? undefined : bytes
}

function statusProblem(name: string, key: string, status: number): Error {
  if (status === 404 || status === 410) return problem('ObjectNotFound', { key: clip(key) })
  if (status === 412) return problem('ObjectChanged', { key: clip(key) })
  const reason = `its server answers with status ${status}`
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return problem('BucketUnreachable', { name, reason })
  }
  const hint = 'Let the server read it without signing in, by its name below the URL of the bucket.'
  return problem('ObjectNotReadable', { key: clip(key), reason }, { hint })
}

async function* empty(): AsyncGenerator<Uint8Array> {
  // No bytes.
}
