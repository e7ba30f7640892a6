/**
 * A client that does next to nothing: requests are signed and laid out before the clock starts, and answers are kept as
 * they came. On a machine that server and callers share, a usual client's work would be counted as the server's.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: Buffer
}

export interface RawClient {
  /** One at a time, over a connection that stays. @param request all its bytes */
  send(request: Buffer): Promise<Answer>
  close(): void
}

const HEAD_END = '\r\n\r\n'

export async function rawClient(port: number): Promise<RawClient> {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let parts: Buffer[] = []
  let missing = 0
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  socket.on('data', (part: Buffer) => {
    parts.push(part)
    missing -= part.length
    if (missing > 0) return
    const bytes = Buffer.concat(parts)
    const headEnd = bytes.indexOf(HEAD_END)
    if (headEnd < 0) return
    const head = bytes.toString('latin1', 0, headEnd)
    const start = headEnd + HEAD_END.length
    missing = start + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0) - bytes.length
    if (missing > 0) return
    parts = []
    missing = 0
    waiting?.resolve({ status: Number(head.slice(9, 12)), body: bytes.subarray(start) })
  })
  const broken = (error?: Error): void => waiting?.reject(error ?? new Error('the server closed the connection'))
  socket.on('error', broken)
  socket.on('close', () => broken())

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}
