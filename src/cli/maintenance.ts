/** `sightline doctor` and `sightline backup`: through the server of a data folder, or directly when none runs. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Backup, Diagnosis } from '../doctor/index.ts'
import { SightlineError } from '../errors.ts'
import type { Services } from '../http/services.ts'
import { loadConfig } from '../ops/config.ts'
import { createLog } from '../ops/log.ts'
import type { Client } from './client.ts'
import { EXIT, printDocument, type RemoteFlags, remoteCommand, server } from './command.ts'
import { renderTable } from './table.ts'

export function doctorCommand(): Command {
  return remoteCommand('doctor', 'compare store, index and thumbnails; exit status 1 when something is wrong', [
    'doctor',
    'doctor --repair',
  ])
    .option('--repair', 'set right what can be derived: index, counts, thumbnails')
    .action(doctor)
}

export function backupCommand(): Command {
  return remoteCommand('backup', 'copy the data folder as it is at one moment, while the server serves', [
    'backup /backups/monday',
    'serve --data /backups/monday',
  ])
    .argument('<folder>', 'folder on the machine of the server; empty or absent')
    .action(backup)
}

async function doctor(flags: RemoteFlags & { repair?: boolean }): Promise<void> {
  const repair = flags.repair ?? false
  const diagnosis = await maintain<Diagnosis>(flags, {
    byServer: (client) => client.call('POST', '/doctor', { json: { repair } }),
    directly: (services) => services.doctor.examine({ repair }),
  })
  if (!diagnosis.healthy) process.exitCode = EXIT.error
  printDocument(flags, diagnosis, describe)
}

async function backup(folder: string, flags: RemoteFlags): Promise<void> {
  const made = await maintain<Backup>(flags, {
    byServer: (client) => client.call('POST', '/backups', { json: { folder: resolve(folder) } }),
    directly: (services) => services.backup(folder),
  })
  printDocument(flags, made, ({ folder: place, files, bytes }) => `${place}: ${files} files, ${megabytes(bytes)}\n`)
}

/**
 * Whether a server runs, the lock of the data folder knows: if it can be taken, the work is done here. With
 * `--endpoint`, or when there is no data folder on this machine, it is the server's.
 */
async function maintain<T>(
  flags: RemoteFlags,
  work: { byServer: (client: Client) => Promise<T>; directly: (services: Services) => Promise<T> },
): Promise<T> {
  const { dataPaths, openApp } = await import('../app.ts')
  const { config } = loadConfig({ flags: { dataDir: flags.data } })
  if (flags.endpoint || !existsSync(dataPaths(config.dataDir).database)) return work.byServer(await server(flags))
  try {
    const app = await openApp(config, createLog({ level: 'warn' }))
    try {
      return await work.directly(app.services)
    } finally {
      await app.close()
    }
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'DataFolderInUse') return work.byServer(await server(flags))
    throw error
  }
}

function describe({ findings, instances, images }: Diagnosis): string {
  const all = `${instances} ${instances === 1 ? 'instance' : 'instances'}, ${images} images`
  if (findings.length === 0) return `${all}: nothing is wrong.\n`
  const table = renderTable(
    findings,
    [
      { title: 'Instance', value: ({ instance }) => instance || '-' },
      { title: 'Finding', value: ({ kind }) => kind },
      { title: 'Count', value: ({ count }) => count, align: 'right' },
      { title: 'Repaired', value: ({ repaired }) => (repaired ? 'yes' : 'NO') },
      { title: 'For example', value: ({ examples }) => examples.join(', '), isElastic: true },
    ],
    process.stdout.columns ?? 0,
  )
  const hints = new Set(findings.filter(({ repaired }) => !repaired).map(({ hint }) => hint))
  return `${all}\n\n${table}${[...hints].map((hint) => `\n${hint}`).join('')}${hints.size > 0 ? '\n' : ''}`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
