/** Opens a data folder and serves it, until it is told to stop. */
import { type App, openApp } from '../app.ts'
import { problem } from '../errors.ts'
import { createServer } from '../http/server.ts'
import type { Config } from '../ops/config.ts'
import type { Logger } from '../ops/log.ts'

export interface RunningServer {
  readonly app: App
  /** `http://127.0.0.1:8750` */
  readonly endpoint: string
  /** Takes no more work, finishes what is in work within `shutdownSeconds`, closes everything. */
  stop(): Promise<void>
}

/** @throws what keeps a server from starting: DataFolderInUse, AddressUnusable, StorageFailed, ... */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const app = await openApp(config, log)
  const { host, port, maxBodyBytes, allowPrivateAddresses } = config
  const server = createServer(app.services, { maxBodyBytes, allowPrivateAddresses })
  try {
    const address = await server.listen({ host, port })
    const endpoint = `http://${urlHost(address.host)}:${address.port}`
    await app.announce(endpoint)
    return {
      app,
      endpoint,
      async stop() {
        // Requests and rows finish side by side: both have the whole of the time.
        await Promise.all([server.close(config.shutdownSeconds * 1000), app.services.imports.close()])
        await app.close()
        log.info('stopped')
      },
    }
  } catch (error) {
    await app.close()
    throw unusableAddress(config, error)
  }
}

/** A server that listens everywhere is reached on this machine by loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function unusableAddress({ host, port }: Config, error: unknown): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return error
  const reason = code === 'EADDRINUSE' ? 'another program listens there' : message
  return problem('AddressUnusable', { host, port, reason }, { cause: error })
}
