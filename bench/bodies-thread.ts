/** Sends requests from a thread of its own, so that making and sending them costs the server's event loop nothing. */
import { request } from 'node:http'
import { parentPort } from 'node:worker_threads'

interface Message {
  readonly hostname: string
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

parentPort!.on('message', ({ body, ...options }: Message) => {
  const outgoing = request({ ...options, agent: false }, (response) => {
    response.resume().on('end', () => parentPort!.postMessage(response.statusCode))
  })
  outgoing.end(body)
})
