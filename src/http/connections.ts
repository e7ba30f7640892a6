/**
 * TLS and plain HTTP on one port: a connection whose first byte is that of a TLS handshake is taken through TLS.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

const TLS_HANDSHAKE = 0x16

export interface Certificate {
  /** PEM; the chain after the server's own certificate. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

/**
 * @param server must not listen yet
 * @param certificate absent = no TLS: such connections are closed
 * @param firstByteTimeoutMs a connection that says nothing for so long is closed
 * @returns closes connections that have not said anything yet; the server itself would wait for them when it closes
 */
export function sortConnections(
  server: Server,
  certificate: Certificate | undefined,
  firstByteTimeoutMs: number,
): () => void {
  const [serveHttp] = server.listeners('connection') as ((socket: Socket) => void)[]
  if (!serveHttp) throw new Error('an HTTP server serves connections')
  const serve = (socket: Socket) => serveHttp.call(server, socket)
  const serveTls = certificate && tlsServer(certificate, firstByteTimeoutMs, serve)
  const silent = new Set<Socket>()

  server.removeListener('connection', serveHttp)
  server.on('connection', (socket: Socket) => {
    const giveUp = () => socket.destroy()
    silent.add(socket)
    socket.setTimeout(firstByteTimeoutMs, giveUp)
    socket.on('error', giveUp)
    socket.once('close', () => silent.delete(socket))
    socket.once('readable', () => {
      silent.delete(socket)
      socket.setTimeout(0)
      socket.removeListener('timeout', giveUp)
      socket.removeListener('error', giveUp)
      const first = socket.read(1) as Buffer | null
      if (!first) return giveUp()
      socket.unshift(first)
      if (first[0] !== TLS_HANDSHAKE) return serve(socket)
      return serveTls ? serveTls(socket) : giveUp()
    })
  })
  return () => {
    for (const socket of silent) socket.destroy()
  }
}

function tlsServer(
  certificate: Certificate,
  handshakeTimeout: number,
  serve: (socket: Socket) => void,
): (socket: Socket) => void {
  // h2 is not offered: a Java client would use it.
  const tls = createTlsServer({ ...certificate, ALPNProtocols: ['http/1.1'], handshakeTimeout })
  tls.on('secureConnection', serve)
  tls.on('tlsClientError', (_error, socket) => socket.destroy())
  return (socket) => tls.emit('connection', socket)
}
