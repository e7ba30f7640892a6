/** An HTTP proxy in front of a store that does to its answers what networks and stores do on a bad day. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** What happens to one request. Bytes are those of the answer's body. */
export type Fault =
  /** It passes as it is. */
  | { readonly kind: 'none' }
  /** The connection ends before any answer. */
  | { readonly kind: 'reset' }
  /** Nothing ever comes. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'status'; readonly status: number }
  /** So many bytes, then nothing more, the connection stays. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** So many bytes, then the connection ends. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** One bit is another. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  | { readonly kind: 'slow'; readonly pieceBytes: number; readonly pieceMs: number }
  /** Something happens before the request is passed on. */
  | { readonly kind: 'after'; readonly work: () => Promise<void> }

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly range: string | undefined
  readonly ifMatch: string | undefined
}

export interface FaultProxy {
  readonly endpoint: string
  /** Each of the next requests takes one of these; those after them pass as they are. */
  next(...faults: Fault[]): void
  /** All requests since the last reset. */
  seen(): readonly SeenRequest[]
  /** Forgets faults that nobody met, and the requests. */
  reset(): void
  stop(): Promise<void>
}

/** @param target endpoint of the store */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target)
  const faults: Fault[] = []
  const requests: SeenRequest[] = []

  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming
    requests.push({ method, url, range: headers.range, ifMatch: headers['if-match'] })
    answer(incoming, outgoing, faults.shift()).catch(() => outgoing.destroy())
  })

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): Promise<void> {
    if (fault?.kind === 'silent') return
    if (fault?.kind === 'reset') {
      outgoing.destroy()
      return
    }
    if (fault?.kind === 'status') {
      outgoing.writeHead(fault.status).end()
      return
    }
    if (fault?.kind === 'after') await fault.work()
    // The host stays the one that the client has signed.
    const { method, url, headers } = incoming
    const passed = request({ hostname, port, method, path: url, headers, agent: false })
    incoming.pipe(passed)
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      passed.once('response', resolve)
      passed.once('error', reject)
    })
    outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders)
    await sendBody(response, outgoing, fault)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    next: (...more) => faults.push(...more),
    seen: () => requests,
    reset() {
      faults.length = 0
      requests.length = 0
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function sendBody(response: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): Promise<void> {
  let sent = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (fault?.kind === 'stall' || fault?.kind === 'cut') {
      const left = Math.max(0, fault.afterBytes - sent)
      if (left < chunk.length) {
        await new Promise((resolve) => outgoing.write(chunk.subarray(0, left), resolve))
        if (fault.kind === 'cut') outgoing.destroy()
        return
      }
    }
    if (fault?.kind === 'corrupt' && fault.atByte >= sent && fault.atByte < sent + chunk.length) {
      const at = fault.atByte - sent
      chunk[at] = (chunk[at] as number) ^ 1
    }
    sent += chunk.length
    if (fault?.kind === 'slow') await drip(chunk, outgoing, fault)
    else outgoing.write(chunk)
  }
  outgoing.end()
}

async function drip(
  chunk: Buffer,
  outgoing: ServerResponse,
  { pieceBytes, pieceMs }: { pieceBytes: number; pieceMs: number },
): Promise<void> {
  for (let start = 0; start < chunk.length && !outgoing.destroyed; start += pieceBytes) {
    outgoing.write(chunk.subarray(start, start + pieceBytes))
    await delay(pieceMs)
  }
}
