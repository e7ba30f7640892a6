/**
 * A request as it came over the wire: what signatures are computed from, and the parameters it carries.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { problem } from '../../errors.ts'

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
  if (parts.length > MAX_PAIRS) throw problem('RequestMalformed', { reason: `more than ${MAX_PAIRS} parameters` })
  return parts.map((part) => {
    const mark = part.indexOf('=')
    return mark < 0 ? [decode(part), ''] : [decode(part.slice(0, mark)), decode(part.slice(mark + 1))]
  })
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
export function parameters(request: WireRequest): Map<string, string> {
  return new Map([...parsePairs(request.query), ...formPairs(request)])
}

function formPairs(request: WireRequest): Pair[] {
  const type = request.headers['content-type'] ?? ''
  return /^application\/x-www-form-urlencoded/i.test(type) ? parsePairs(request.body.toString('utf8')) : []
}

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
