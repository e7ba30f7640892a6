/** One request to a host that a bucket names: guarded at every hop, aborted at once, never read further than asked. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { clip, problem, SightlineError } from '../errors.ts'
import { type AddressGuard, AddressRefused } from '../ops/address-guard.ts'
import { VERSION } from '../ops/version.ts'
import { createSendRequest } from './send-request.ts'

const MAX_REDIRECTS = 3
const MAX_DRAINED_BYTES = 64 * 1024
const NEVER = new AbortController().signal

export interface WebAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: IncomingMessage
}

export interface WebQuestion {
  readonly method: 'GET' | 'HEAD'
  readonly url: URL
  readonly headers?: OutgoingHttpHeaders
  readonly signal?: AbortSignal | undefined
}

/**
 * @param key of the object, for messages
 * @throws BucketAddressPrivate, BucketUnreachable, ObjectNotReadable, the reason of the signal
 */
export type WebRequest = (key: string, question: WebQuestion) => Promise<WebAnswer>

export function createWebRequest(name: string, guard: AddressGuard): WebRequest {
  const lookup = guardedLookup(guard)
  const send = createSendRequest()

  async function once({ method, url, headers, signal }: WebQuestion): Promise<IncomingMessage> {
    // Connections to an address as such look nothing up.
    if (isIP(url.hostname.replace(/^\[|\]$/g, ''))) await guard(url.hostname, signal ?? NEVER)
    const shared = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': `sightline/${VERSION}` }
    return send(url, { method, headers: { ...shared, ...headers }, lookup, ...(signal && { signal }) })
  }

  async function follow(key: string, question: WebQuestion): Promise<WebAnswer> {
    let { url } = question
    for (let redirects = 0; ; redirects++) {
      const body = await once({ ...question, url })
      const { statusCode: status = 0, headers: answered } = body
      if (status < 300 || status > 399 || status === 304 || !answered.location)
        return { status, headers: answered, body }
      letGo(body)
      if (redirects === MAX_REDIRECTS) throw notReadable(key, `its server redirects more than ${MAX_REDIRECTS} times`)
      url = nextHop(key, answered.location, url)
    }
  }

  return async (key, question) => {
    try {
      return await follow(key, question)
    } catch (error) {
      question.signal?.throwIfAborted()
      throw webProblem(name, error)
    }
  }
}

/** Reads a small body to its end, so that its connection can be used again; drops a large one with its connection. */
export function letGo(body: IncomingMessage): void {
  let bytes = 0
  body.on('data', (part: Uint8Array) => {
    bytes += part.length
    if (bytes > MAX_DRAINED_BYTES) body.destroy()
  })
}

/** What a connection that failed means. Errors of the table stay what they are. */
export function webProblem(name: string, error: unknown): unknown {
  if (error instanceof SightlineError) return error
  if (error instanceof AddressRefused) return problem('BucketAddressPrivate', { name, host: clip(error.host) })
  const { code, message } = error as { code?: string; message?: string }
  const reason = code === 'ENOTFOUND' ? 'its host is unknown' : message || code || String(error)
  return problem('BucketUnreachable', { name, reason: clip(reason, 200) }, { cause: error })
}

/** Checks the addresses of a host when a connection to it is made, and only then. */
function guardedLookup(guard: AddressGuard): LookupFunction {
  return (host, options, done) => {
    guard(host, NEVER).then(
      (lookup) => lookup(host, options, done),
      (error) => done(error, ''),
    )
  }
}

/** What was encrypted stays so. */
function nextHop(key: string, location: string, from: URL): URL {
  const url = URL.parse(location, from.href)
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && from.protocol === 'http:')
  if (!url || !isWeb) throw notReadable(key, `its server redirects to "${clip(location)}"`)
  return url
}

function notReadable(key: string, reason: string): SightlineError {
  const hint = 'Give the bucket the URL below which the server answers without redirects.'
  return problem('ObjectNotReadable', { key: clip(key), reason }, { hint })
}
