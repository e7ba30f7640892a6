/**
 * A request as it came over the wire: what signatures are computed from, and the parameters it carries.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { problem } from '../../errors.ts'
import { SLICE_BYTES } from '../slices.ts'

export interface WireRequest {
  readonly method: string
  /** As sent, without the query. */
  readonly path: string
  /** As sent, without the `?`; '' = none. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** The raw bytes; empty = none. */
  readonly body: Buffer
}

export type Pair = readonly [key: string, value: string]

/** Splits `url` at its first `?`. */
export function wireRequest(method: string, url: string, headers: IncomingHttpHeaders, body: Buffer): WireRequest {
  const mark = url.indexOf('?')
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  return { method, path, query, headers, body }
}

/** Several times what any action has; a body of nothing but `&` must not become millions of pairs. */
const MAX_PAIRS = 200

/**
 * Keys and values of a query string or form body, in the order they were sent. Space arrives as `%20` or `+`, by
 * language of the SDK. A broken escape stays as it is: such a request fails by its signature or its parameter.
 *
 * @throws RequestMalformed when there are more than any action has
 */
export function parsePairs(text: string): Pair[] {
  if (text === '') return []
  const parts = text.split('&', MAX_PAIRS + 1)
  checkCount(parts.length)
  return parts.map((part) => {
    const mark = part.indexOf('=')
    return mark < 0 ? [decode(part), ''] : [decode(part.slice(0, mark)), decode(part.slice(mark + 1))]
  })
}

function checkCount(pairs: number): void {
  if (pairs > MAX_PAIRS) throw problem('RequestMalformed', { reason: `more than ${MAX_PAIRS} parameters` })
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** All parameters, of the query and of a form body together; of a key sent twice the last one counts, the body's first. */
export async function parameters(request: WireRequest): Promise<Map<string, string>> {
  const type = request.headers['content-type'] ?? ''
  const form = /^application\/x-www-form-urlencoded/i.test(type) ? await readPairs(request.body) : []
  return new Map([...(await readPairs(Buffer.from(request.query))), ...form])
}

/** {@link parsePairs} of any length, without keeping others waiting. */
async function readPairs(bytes: Buffer): Promise<Pair[]> {
  if (bytes.length <= SLICE_BYTES) return parsePairs(bytes.toString())
  const pairs: Pair[] = []
  for (let at = 0; at <= bytes.length; ) {
    const end = indexOf(bytes, '&', at)
    const mark = indexOf(bytes.subarray(0, end), '=', at)
    const key = decode(bytes.toString('utf8', at, mark))
    pairs.push([key, await decodeLarge(bytes.subarray(Math.min(mark + 1, end), end))])
    checkCount(pairs.length)
    at = end + 1
  }
  return pairs
}

function indexOf(bytes: Buffer, sign: string, from: number): number {
  const at = bytes.indexOf(sign, from)
  return at < 0 ? bytes.length : at
}

const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20

async function decodeLarge(bytes: Buffer): Promise<string> {
  if (bytes.length <= SLICE_BYTES) return decode(bytes.toString())
  const decoded = Buffer.allocUnsafe(bytes.length)
  const progress = { read: 0, written: 0 }
  while (progress.read < bytes.length) {
    decodeSlice(bytes, decoded, progress)
    await nextTurn()
  }
  return decoded.toString('utf8', 0, progress.written)
}

function decodeSlice(bytes: Buffer, decoded: Buffer, progress: { read: number; written: number }): void {
  let { read, written } = progress
  for (const end = Math.min(bytes.length, read + SLICE_BYTES); read < end; read++) {
    const byte = bytes[read] as number
    const escaped = byte === PERCENT ? hexPair(bytes, read + 1) : -1
    if (escaped >= 0) read += 2
    decoded[written++] = escaped >= 0 ? escaped : byte === PLUS ? SPACE : byte
  }
  progress.read = read
  progress.written = written
}

/** Value of two hexadecimal digits; -1 = they are none. */
function hexPair(bytes: Buffer, at: number): number {
  if (at + 1 >= bytes.length) return -1
  const high = HEX[bytes[at] as number] as number
  const low = HEX[bytes[at + 1] as number] as number
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

const HEX = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
)

/** One value of a header; '' when it was not sent. */
export function header(request: WireRequest, name: string): string {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

/** Percent-encoding by RFC 3986: all but letters, digits and `-._~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Sorts by key in UTF-16 code units, as the SDKs do; pairs of one key keep their order. */
export function sortByKey(pairs: Iterable<Pair>): Pair[] {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
