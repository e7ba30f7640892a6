/** `sightline serve`: serves a data folder until SIGTERM or Ctrl-C. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../ops/config.ts'
import { createLog } from '../ops/log.ts'
import { command } from './command.ts'
import { configInputs, type SettingFlags, withSettings } from './config.ts'
import { beginWithSmallHeap } from './small-heap.ts'
import type { RunningServer } from './start-server.ts'
import { renderFields } from './table.ts'

/** After the time that requests and rows have, for closing what they used. */
const CLOSING_MS = 5000

export function serveCommand(): Command {
  return withSettings(
    command('serve', 'serve a data folder; the first start makes it', [
      'serve',
      'serve --data /srv/sightline --host 0.0.0.0 --port 8750',
    ]),
  ).action(async (flags: SettingFlags) => {
    beginWithSmallHeap()
    // Only here: the server's parts take half a second to load, and other commands do without.
    const { startServer } = await import('./start-server.ts')
    const { config } = loadConfig(configInputs(flags))
    const server = await startServer(config, createLog({ level: config.logLevel }))
    process.stdout.write(await greeting(server, config.dataDir))
    await untilStopped(server, config.shutdownSeconds)
  })
}

/** Where everything is: address, console, and the three lines that an SDK needs. */
export async function greeting({ app, endpoint }: RunningServer, dataDir: string): Promise<string> {
  const { firstKey, services } = app
  const isPrivate = process.stdout.isTTY === true
  // A link signs in once and ends after a day; what goes into a log file must not open more than that.
  const link = firstKey || isPrivate ? `#link=${await services.sessions.newLink('admin')}` : ''
  const stored = join(dataDir, 'credentials.json')
  return `Sightline ${services.version}\n\n${renderFields([
    ['address', endpoint],
    ['console', `${endpoint}/console/${link}`],
    ['data', dataDir],
  ])}\nFor an SDK of Alibaba Cloud Image Search (protocol HTTP):\n${renderFields([
    ['  endpoint', endpoint.replace(/^https?:\/\//, '')],
    ['  accessKeyId', firstKey?.accessKeyId ?? `in ${stored}`],
    ['  accessKeySecret', firstKey && isPrivate ? firstKey.accessKeySecret : `in ${stored}`],
  ])}\n`
}

/** Resolves when a signal has stopped the server in order. A second signal, or too long a wait, ends the process. */
export function untilStopped(server: RunningServer, shutdownSeconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false
    const stop = (): void => {
      if (isStopping) process.exit(1)
      isStopping = true
      setTimeout(() => process.exit(1), shutdownSeconds * 1000 + CLOSING_MS).unref()
      server.stop().then(resolve, reject)
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
