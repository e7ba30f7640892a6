/**
 * Posts a callback, signed as Standard Webhooks has it (https://www.standardwebhooks.com): many languages have a library
 * that verifies it.
 */
import { createHmac } from 'node:crypto'
import { type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { clip, problem } from '../errors.ts'
import { type AddressGuardOptions, AddressRefused, createAddressGuard } from '../ops/address-guard.ts'

/** For address, connection and answer together. */
const TIMEOUT_MS = 10_000

export interface CallbackPost {
  readonly address: string
  /** The same for every try. */
  readonly id: string
  readonly atMs: number
  readonly body: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface CallbackAnswer {
  /** HTTP status; 0 = there was no answer. */
  readonly status: number
  /** Why it is not delivered; '' = it is. */
  readonly error: string
}

export interface CallbackSender {
  /** Never throws but when the signal is aborted. Redirects are not followed. */
  post(post: CallbackPost, signal: AbortSignal): Promise<CallbackAnswer>
  /**
   * What speaks against an address before anything is sent. That its host is unknown now does not.
   *
   * @throws CallbackAddressInvalid, CallbackAddressPrivate
   */
  check(address: string): Promise<void>
}

export function createCallbackSender(options: AddressGuardOptions & { readonly timeoutMs?: number }): CallbackSender {
  const { timeoutMs = TIMEOUT_MS } = options
  const guard = createAddressGuard(options)

  async function send({ address, id, atMs, body, key }: CallbackPost, signal: AbortSignal): Promise<number> {
    const url = parseAddress(address)
    const lookup = await guard(url.hostname, signal)
    const timestamp = String(Math.floor(atMs / 1000))
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'sightline',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${sign(key, id, timestamp, body)}`,
    }
    return statusOf(url, { method: 'POST', agent: false, headers, lookup, signal }, body)
  }

  return {
    async post(post, signal) {
      const deadline = AbortSignal.timeout(timeoutMs)
      try {
        const status = await send(post, AbortSignal.any([signal, deadline]))
        const isTaken = status >= 200 && status < 300
        const isRedirect = status >= 300 && status < 400
        const refusal = `the answer has the status ${status}${isRedirect ? '; redirects are not followed' : ''}`
        return { status, error: isTaken ? '' : refusal }
      } catch (error) {
        signal.throwIfAborted()
        const reason = deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : (error as Error).message
        return { status: 0, error: clip(reason, 200) }
      }
    },

    async check(address) {
      const { hostname } = parseAddress(address)
      try {
        await guard(hostname, AbortSignal.timeout(timeoutMs))
      } catch (error) {
        if (error instanceof AddressRefused) throw problem('CallbackAddressPrivate', { host: clip(error.host) })
      }
    },
  }
}

/** @throws CallbackAddressInvalid */
function parseAddress(address: string): URL {
  const url = URL.parse(address)
  if (!url) throw problem('CallbackAddressInvalid', { reason: `"${clip(address)}" is none` })
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw problem('CallbackAddressInvalid', { reason: `${clip(url.protocol)} is another protocol` })
  if (url.username !== '' || url.password !== '')
    throw problem('CallbackAddressInvalid', { reason: 'it contains a user name or password' })
  return url
}

function sign(key: Uint8Array, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
}

/** What the answer says beside its status is nobody's business. */
function statusOf(url: URL, options: RequestOptions, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request: ClientRequest = open(url, options, (answer) => {
      resolve(answer.statusCode ?? 0)
      answer.destroy()
    })
    request.on('error', reject).end(body)
  })
}
