/**
 * Sends what the SDK of OSS has signed, in place of its own sender: that one cannot be aborted, has time limits of its
 * own, and loses the reason when an object is refused.
 */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { createSendRequest } from './send-request.ts'

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
  const send = createSendRequest()

  function sendSigned(url: string, { method, headers, content, ctx }: Prepared): Promise<IncomingMessage> {
    const { origin } = new URL(url)
    const { authorization, ...unsigned } = headers
    const options = {
      method,
      // As it was signed: a URL object would take `./` out of it.
      path: url.slice(origin.length),
      headers: isAnonymous ? unsigned : headers,
      ...(ctx?.signal && { signal: ctx.signal }),
    }
    return send(origin, options, content)
  }

  return {
    async request(url, prepared) {
      try {
        const answer = await sendSigned(url, prepared)
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
