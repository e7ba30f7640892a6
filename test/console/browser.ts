/**
 * A real browser on a real server: what the suites of the console stand on.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { type RunningServer, startServer } from '../../src/cli/start-server.ts'
import { loadConfig } from '../../src/ops/config.ts'
import { createLog } from '../../src/ops/log.ts'

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
export const SOURCE = fileURLToPath(new URL('../../console/', import.meta.url))
const CONSOLE = join(SOURCE, 'vite.config.ts')
export const BUILT = fileURLToPath(new URL('../../dist-console/', import.meta.url))

/** For `describe(name, { skip: needsChromium() }, ...)`: false, or what is missing. */
export function needsChromium(): false | string {
  if (existsSync(CHROMIUM)) return false
  if (process.env.CI) throw new Error(`with CI=true nothing is skipped, but there is no ${CHROMIUM}`)
  return `needs Chromium at ${CHROMIUM}, or CHROMIUM_PATH`
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** Builds the console where it is older than its source. Suites run side by side: one builds, the others wait. */
export async function buildConsole(): Promise<void> {
  const lock = join(
    tmpdir(),
    `sightline-console-build-${createHash('sha256').update(BUILT).digest('hex').slice(0, 12)}`,
  )
  while (!isBuilt()) {
    try {
      mkdirSync(lock)
    } catch {
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > STALE_LOCK_MS)
        rmdirSync(lock)
      await delay(100)
      continue
    }
    try {
      await build({ configFile: CONSOLE, logLevel: 'warn' })
    } finally {
      rmdirSync(lock)
    }
  }
}

const STALE_LOCK_MS = 60_000

function isBuilt(): boolean {
  const built = statSync(join(BUILT, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  return sources.every((name) => statSync(join(SOURCE, name)).mtimeMs < built)
}

export interface Installation {
  readonly server: RunningServer
  /** `http://127.0.0.1:port` */
  readonly endpoint: string
  /** A sign-in link, good once. */
  link(userName?: string): Promise<string>
  stop(): Promise<void>
}

/** A server on an empty data folder, or on a given one; the data is gone when it is stopped. */
export async function install(
  settings: { dataDir?: string; modelFolder?: string; allowPrivateAddresses?: boolean } = {},
): Promise<Installation> {
  const home = settings.dataDir ?? (await mkdtemp(join(tmpdir(), 'sightline-console-')))
  const { config } = loadConfig({ flags: { ...settings, dataDir: home, port: 0, logLevel: 'error' }, env: {} })
  const server = await startServer(config, createLog({ level: config.logLevel }))
  const { endpoint, app } = server
  return {
    server,
    endpoint,
    link: async (userName = 'admin') => `${endpoint}/console/#link=${await app.services.sessions.newLink(userName)}`,
    async stop() {
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser complained of, and requests to other origins; stays empty. */
  readonly complaints: string[]
}

/** A browser window of its own, signed out. */
export async function visit(
  browser: Browser,
  { endpoint }: Installation,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // The browser logs every answer of 400 and above, wanted ones too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(endpoint) && !/^(blob|data):/.test(url)) complaints.push(`request to ${url}`)
  })
  page.setDefaultTimeout(15_000)
  return { context, page, complaints }
}
