/**
 * Sends what the SDK of OSS has signed, in place of its own sender: that one cannot be aborted, has time limits of its
 * own, and loses the reason when an object is refused.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** A host that takes no connection is not there; connected to it, all waiting is limited by `reliable.ts`. */
const CONNECT_TIMEOUT_MS = 5000

interface Prepared {
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  readonly content?: string
  /** The body is wanted as a stream. */
  readonly customResponse?: boolean
  readonly ctx?: { readonly signal?: AbortSignal }
}

interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly data?: Buffer
  readonly res: unknown
}

/** What the SDK takes as `urllib`. */
export interface OssTransport {
  request(url: string, prepared: Prepared): Promise<Answered>
}

/** @param isAnonymous requests go out unsigned */
export function ossTransport(isAnonymous: boolean): OssTransport {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }

  function send(url: string, { method, headers, content, ctx }: Prepared): Promise<IncomingMessage> {
    const { origin, protocol } = new URL(url)
    const isTls = protocol === 'https:'
    const { authorization, ...unsigned } = headers
    return new Promise((answer, fail) => {
      const request = (isTls ? httpsRequest : httpRequest)(origin, {
        method,
        // As it was signed: a URL object would take `./` out of it.
        path: url.slice(origin.length),
        headers: isAnonymous ? unsigned : headers,
        agent: isTls ? agents['https:'] : agents['http:'],
        ...(ctx?.signal && { signal: ctx.signal }),
      })
      request.on('response', answer).on('error', fail).end(content)
      request.once('socket', (socket) => {
        if (!socket.connecting) return
        const timer = setTimeout(() => request.destroy(new Error('it takes no connection')), CONNECT_TIMEOUT_MS)
        socket.once('close', () => clearTimeout(timer)).once('connect', () => clearTimeout(timer))
      })
    })
  }

  return {
    async request(url, prepared) {
      try {
        const answer = await send(url, prepared)
        const { statusCode: status = 0, headers } = answer
        if (prepared.customResponse && status < 300) return { status, headers, res: answer }
        const parts: Uint8Array[] = []
        for await (const part of answer as AsyncIterable<Uint8Array>) parts.push(part)
        // The SDK drops the body of a refusal when there is a stream beside it.
        const res = prepared.customResponse ? undefined : { status, headers }
        return { status, headers, data: Buffer.concat(parts), res }
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        // -1 = the net failed: only then the SDK keeps the message.
        throw Object.assign(new Error(message || code), { name: 'RequestError', status: -1, cause: error })
      }
    },
  }
}
