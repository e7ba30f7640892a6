/** Opens a data folder and serves it, until it is told to stop. */
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { type App, dataPaths, openApp } from '../app.ts'
import { problem } from '../errors.ts'
import { ownCertificate } from '../http/certificates.ts'
import type { Certificate } from '../http/connections.ts'
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
  const { host, port, maxBodyBytes, allowPrivateAddresses } = config
  const app = await openApp(config, log)
  try {
    const certificate = await readCertificate(config)
    const uploadFolder = dataPaths(config.dataDir).uploads
    const server = createServer(app.services, {
      ...{ maxBodyBytes, allowPrivateAddresses, certificate, uploadFolder },
      signingKey: app.linkKey,
    })
    const address = await server.listen({ host, port }).catch((error) => {
      throw unusableAddress(config, error)
    })
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
    throw error
  }
}

/** The certificate of the settings, or one of our own that is made at the first start. @throws CertificateUnreadable */
async function readCertificate({ dataDir, tlsCertificate, tlsKey, tlsNames }: Config): Promise<Certificate> {
  if (!tlsCertificate && !tlsKey) {
    const names = tlsNames.split(',').map((name) => name.trim())
    return ownCertificate({ folder: dataPaths(dataDir).tls, names: names.filter(Boolean) })
  }
  try {
    const pair = { cert: await readFile(tlsCertificate, 'utf8'), key: await readFile(tlsKey, 'utf8') }
    createSecureContext(pair)
    return pair
  } catch (cause) {
    throw problem('CertificateUnreadable', { reason: (cause as Error).message }, { cause })
  }
}

/** A server that listens everywhere is reached on this machine by loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function unusableAddress({ host, port }: Config, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === 'EADDRINUSE' ? 'another program listens there' : message
  return problem('AddressUnusable', { host, port, reason }, { cause: error })
}
