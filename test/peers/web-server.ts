/** A web server over a map of files, with the habits that servers have: a test turns them on and off. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface WebServer {
  /** Ends with a slash. */
  readonly url: string
  readonly files: Map<string, Buffer>
  /** Requests so far, `GET /a.jpg`. */
  readonly requests: string[]
  /** Connections so far. */
  connections: number
  habits: {
    hasNoRanges?: boolean
    hasNoHead?: boolean
    hasNoEtags?: boolean
    /** Path -> address it redirects to. */
    redirects?: Readonly<Record<string, string>>
    /** Path -> status it answers with. */
    statuses?: Readonly<Record<string, number>>
    /** Bodies break after so many bytes. */
    breaksAfterBytes?: number
  }
  stop(): Promise<void>
}

export async function startWebServer(): Promise<WebServer> {
  const started = new Date(Math.floor(Date.now() / 1000) * 1000).toUTCString()
  const server = createServer((request, response) => {
    peer.requests.push(`${request.method} ${request.url}`)
    answer(peer, started, request, response)
  })
  server.on('connection', () => {
    peer.connections++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const peer: WebServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    files: new Map(),
    requests: [],
    connections: 0,
    habits: {},
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return peer
}

function answer({ files, habits }: WebServer, modified: string, request: IncomingMessage, response: ServerResponse) {
  const { method, url = '/', headers } = request
  const path = decodeURIComponent(url.slice(1))
  const end = (status: number, given: Record<string, string> = {}) => response.writeHead(status, given).end()
  const location = habits.redirects?.[path]
  if (location) return end(302, { location })
  const content = files.get(path)
  const status = habits.statuses?.[path] ?? (method === 'HEAD' && habits.hasNoHead ? 405 : content ? 200 : 404)
  if (status !== 200 || !content) return end(status)

  const etag = habits.hasNoEtags ? undefined : `"${createHash('md5').update(content).digest('hex')}"`
  if (headers['if-match'] && headers['if-match'] !== etag) return end(412)
  const shared = { ...(etag && { etag }), 'last-modified': modified }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
  if (first === undefined || habits.hasNoRanges) return send(content, 200, shared)
  if (Number(first) >= content.length) return end(416, { ...shared, 'content-range': `bytes */${content.length}` })
  const part = content.subarray(Number(first), Number(last) + 1)
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${content.length}`
  send(part, 206, { ...shared, 'content-range': range })

  function send(body: Buffer, code: number, given: Record<string, string>): void {
    response.writeHead(code, { ...given, 'content-length': body.length })
    if (method === 'HEAD') response.end()
    else if (habits.breaksAfterBytes === undefined) response.end(body)
    else response.write(body.subarray(0, habits.breaksAfterBytes), () => setTimeout(() => response.destroy(), 20))
  }
}
