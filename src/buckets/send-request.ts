/** Requests over connections that are kept, of drivers whose SDK sends none itself. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** A host that takes no connection is not there; connected to it, all waiting is limited by `reliable.ts`. */
const CONNECT_TIMEOUT_MS = 5000

/** @throws what the connection fails with, the reason of the signal */
export type SendRequest = (url: string | URL, options: RequestOptions, content?: string) => Promise<IncomingMessage>

export function createSendRequest(): SendRequest {
  const http = new HttpAgent({ keepAlive: true })
  const https = new HttpsAgent({ keepAlive: true })

  return (url, options, content) => {
    const isTls = new URL(url).protocol === 'https:'
    return new Promise((answer, fail) => {
      const request = (isTls ? httpsRequest : httpRequest)(url, { ...options, agent: isTls ? https : http })
      request.on('response', answer).on('error', fail).end(content)
      request.once('socket', (socket) => {
        if (!socket.connecting) return
        const timer = setTimeout(() => request.destroy(new Error('it takes no connection')), CONNECT_TIMEOUT_MS)
        socket.once('close', () => clearTimeout(timer)).once('connect', () => clearTimeout(timer))
      })
    })
  }
}
