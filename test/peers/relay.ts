/** Passes TCP connections on to a store, as the network between: it can be dead for a while, or silent. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Relay {
  readonly endpoint: string
  /** From now on connections are ended, new ones at once. */
  cut(): void
  /** From now on connections are kept, and nothing comes through. */
  stall(): void
  /** Connections pass again, and what waited goes on. */
  restore(): void
  stop(): Promise<void>
}

/** @param target `http://127.0.0.1:<port>` */
export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let state: 'passing' | 'cut' | 'stalled' = 'passing'

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    if (state === 'stalled') socket.pause()
  }

  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy()
      return
    }
    const far = connect(Number(port), hostname)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    keep(near)
    keep(far)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const cut = (): void => {
    state = 'cut'
    for (const socket of sockets) socket.destroy()
  }
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    stall() {
      state = 'stalled'
      for (const socket of sockets) socket.pause()
    },
    restore() {
      state = 'passing'
      for (const socket of sockets) socket.resume()
    },
    async stop() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
