/**
 * Fetches pictures from addresses that callers name, without becoming a way into the network of this machine.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { clip, problem, SightlineError } from '../errors.ts'
import { isPublicAddress } from './public-address.ts'

const MAX_REDIRECTS = 3
/** What the official service waits for a picture. */
const TIMEOUT_MS = 5000

/**
 * @throws PictureAddressInvalid, PictureAddressPrivate, PictureFetchFailed, PictureFetchTimeout, PictureTooHeavy
 */
export type PictureFetcher = (address: string, signal: AbortSignal) => Promise<Uint8Array>

interface Address {
  readonly address: string
  readonly family: number
}

export interface PictureFetcherOptions {
  /** Which IP addresses may be connected to; default: those of the public internet. */
  readonly isAllowed?: (address: string) => boolean
  readonly maxBytes: number
  /** For redirects, answer and body together. */
  readonly timeoutMs?: number
  /** Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>
}

export function createPictureFetcher(options: PictureFetcherOptions): PictureFetcher {
  const { isAllowed = isPublicAddress, maxBytes, timeoutMs = TIMEOUT_MS } = options
  const resolve = options.resolve ?? ((host: string) => systemLookup(host, { all: true }))

  /** The addresses of a host, all of them checked: the connection goes to one of these and nowhere else. */
  async function checkedAddresses(host: string, signal: AbortSignal): Promise<readonly Address[]> {
    const family = isIP(host)
    const addresses = family ? [{ address: host, family }] : await Promise.race([resolve(host), rejection(signal)])
    if (!addresses.every(({ address }) => isAllowed(address)))
      throw problem('PictureAddressPrivate', { host: clip(host) })
    return addresses
  }

  async function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const addresses = await checkedAddresses(url.hostname.replace(/^\[|\]$/g, ''), signal)
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((answer, fail) => {
      const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'sightline' }
      request(url, { agent: false, headers, lookup: fixedLookup(addresses), signal })
        .on('response', answer)
        .on('error', fail)
        .end()
    })
  }

  async function follow(address: string, signal: AbortSignal): Promise<Uint8Array> {
    let url = parseAddress(address)
    for (let redirects = 0; ; redirects++) {
      const answer = await get(url, signal)
      const { statusCode = 0, headers } = answer
      if (statusCode === 200) return readBody(answer, maxBytes)
      answer.destroy()
      if (statusCode < 300 || statusCode > 399 || !headers.location)
        throw problem('PictureFetchFailed', { reason: `${url.host} answered with status ${statusCode}` })
      if (redirects === MAX_REDIRECTS)
        throw problem('PictureFetchFailed', { reason: `more than ${MAX_REDIRECTS} redirects` })
      url = parseAddress(headers.location, url)
    }
  }

  return async (address, signal) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      return await follow(address, AbortSignal.any([signal, deadline]))
    } catch (error) {
      if (deadline.aborted) throw problem('PictureFetchTimeout', { seconds: timeoutMs / 1000 }, { cause: error })
      if (signal.aborted) throw signal.reason
      if (error instanceof SightlineError) throw error
      throw problem('PictureFetchFailed', { reason: clip(reasonOf(error)) }, { cause: error })
    }
  }
}

/** A look-up cannot be aborted, only left alone. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function parseAddress(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href)
  if (!url) throw problem('PictureAddressInvalid', { reason: `"${clip(address)}" is none` })
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw problem('PictureAddressInvalid', { reason: `${clip(url.protocol)} is another protocol` })
  if (url.username !== '' || url.password !== '')
    throw problem('PictureAddressInvalid', { reason: 'it contains a user name or password' })
  return url
}

/** Answers every look-up with the checked addresses, so that DNS cannot change between check and connection. */
function fixedLookup(addresses: readonly Address[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (!first) done(new Error('no address'), '')
    else if (options.all)
      done(
        null,
        addresses.map(({ address, family }) => ({ address, family })),
      )
    else done(null, first.address, first.family)
  }
}

async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    answer.destroy()
    throw problem('PictureFetchFailed', { reason: `the answer is compressed (${clip(encoding)})` })
  }
  const parts: Uint8Array[] = []
  let bytes = Number(answer.headers['content-length'] ?? 0)
  if (bytes > maxBytes) answer.destroy()
  else {
    bytes = 0
    for await (const part of answer as AsyncIterable<Uint8Array>) {
      bytes += part.length
      if (bytes > maxBytes) break
      parts.push(part)
    }
  }
  if (bytes > maxBytes) throw problem('PictureTooHeavy', { bytes, max: maxBytes })
  return Buffer.concat(parts)
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ENOTFOUND' ? 'its host is unknown' : (message ?? String(error))
}
