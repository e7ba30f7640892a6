/**
 * A whole server in this process, on a data folder of its own: what suites use that need more than one room.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import sharp from 'sharp'
import { type App, type AppConfig, openApp } from '../src/app.ts'
import { createServer, type HttpServer } from '../src/http/server.ts'
import { SETTINGS } from '../src/ops/config.ts'
import type { Logger } from '../src/ops/log.ts'

export interface TestApp extends App {
  readonly dataDir: string
  /** Closes the app and opens another one on the same data. */
  reopen(): Promise<TestApp>
  /** Closes the app and removes its data. */
  cleanUp(): Promise<void>
}

export interface TestServer extends TestApp {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly server: HttpServer
}

/** Silent, unless `SIGHTLINE_LOG_LEVEL` says otherwise. */
export const testLog: Logger = pino({ level: process.env.SIGHTLINE_LOG_LEVEL ?? 'silent' })

/** Everything but the door, on a new folder. */
export async function openTestApp(options: Partial<AppConfig> = {}): Promise<TestApp> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sightline-test-')))
  const config: AppConfig = {
    modelFolder: SETTINGS.modelFolder.default,
    workers: Math.min(2, availableParallelism()),
    defaultCapacity: SETTINGS.defaultCapacity.default,
    bucketRoots: [],
    allowPrivateAddresses: false,
    accountId: '',
    secretKey: '',
    ...options,
    dataDir,
  }
  const app = await openApp(config, testLog)
  return {
    ...app,
    dataDir,
    async reopen() {
      await app.close()
      return openTestApp(config)
    },
    async cleanUp() {
      await app.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The same, listening on a free port of loopback. */
export async function openTestServer(
  options: Partial<AppConfig> = {},
  serverOptions: Parameters<typeof createServer>[1] = {},
): Promise<TestServer> {
  const app = await openTestApp(options)
  const server = createServer(app.services, serverOptions)
  const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
  const endpoint = `http://${host}:${port}`
  await app.announce(endpoint)
  return {
    ...app,
    endpoint,
    server,
    async reopen() {
      await server.close(0)
      await app.close()
      return openTestServer({ ...options, dataDir: app.dataDir }, serverOptions)
    },
    async cleanUp() {
      await server.close(0)
      await app.cleanUp()
    },
  }
}

/** A made picture (PNG): the same seed gives the same bytes, different seeds clearly different pictures. */
export async function madePicture(seed: number, size = 200): Promise<Uint8Array> {
  const random = (n: number): number => {
    const x = Math.sin(seed * 127.1 + n * 311.7) * 43758.5453
    return x - Math.floor(x)
  }
  const colour = (n: number): string => `rgb(${[0, 1, 2].map((i) => Math.floor(random(n + i) * 256)).join(',')})`
  const shapes = Array.from({ length: 6 }, (_, i) => {
    const [x, y, r] = [random(i * 10) * size, random(i * 10 + 1) * size, size * (0.1 + random(i * 10 + 2) * 0.3)]
    return i % 2 === 0
      ? `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour(i * 10 + 3)}"/>`
      : `<rect x="${x - r}" y="${y - r}" width="${r * 2}" height="${r}" fill="${colour(i * 10 + 3)}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">
    <rect width="100%" height="100%" fill="${colour(900)}"/>${shapes.join('')}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
