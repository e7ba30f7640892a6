/**
 * Fetches pictures from addresses that callers name, without becoming a way into the network of this machine.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { clip, problem, SightlineError } from '../errors.ts'
import { type AddressGuardOptions, AddressRefused, createAddressGuard } from '../ops/address-guard.ts'

const MAX_REDIRECTS = 3
/** What the official service waits for a picture. */
const TIMEOUT_MS = 5000

/**
 * @throws PictureAddressInvalid, PictureAddressPrivate, PictureFetchFailed, PictureFetchTimeout, PictureTooHeavy
 */
export type PictureFetcher = (address: string, signal: AbortSignal) => Promise<Uint8Array>

export interface PictureFetcherOptions extends AddressGuardOptions {
  readonly maxBytes: number
  /** For redirects, answer and body together. */
  readonly timeoutMs?: number
}

export function createPictureFetcher(options: PictureFetcherOptions): PictureFetcher {
  const { maxBytes, timeoutMs = TIMEOUT_MS } = options
  const guard = createAddressGuard(options)

  async function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const lookup = await guard(url.hostname, signal)
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((answer, fail) => {
      const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'sightline' }
      request(url, { agent: false, headers, lookup, signal }).on('response', answer).on('error', fail).end()
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
      if (error instanceof AddressRefused) throw problem('PictureAddressPrivate', { host: clip(error.host) })
      throw problem('PictureFetchFailed', { reason: clip(reasonOf(error)) }, { cause: error })
    }
  }
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
