/** `sightline import`: imports are started, watched, listed; failed rows are shown and saved as a manifest. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { ImportStatus, ManifestPreview, PreviewLine, RowOutcome } from '../imports/index.ts'
import type { Client, Query } from './client.ts'
import {
  command,
  EXIT,
  localTime,
  printDocument,
  printList,
  type RemoteFlags,
  remoteCommand,
  server,
  wholeNumber,
} from './command.ts'
import { callbackCommands } from './import-callbacks.ts'
import { describeImport, endAs, watchImport } from './import-status.ts'
import { instancePath } from './instance.ts'

const ROWS_A_PAGE = 1000

interface StartFlags extends RemoteFlags {
  readonly bucket: string
  readonly path: string
  readonly role?: string
  readonly callback?: string
  readonly wait?: boolean
  readonly check?: number | true
  readonly dryRun?: boolean
  readonly queue?: boolean
  readonly skipUnchanged?: boolean
}

interface FailedFlags extends RemoteFlags {
  readonly code?: string
  readonly limit: number
  readonly manifest?: string
  readonly skipped?: boolean
  readonly report?: string
}

export function importCommand(): Command {
  const made = command('import', 'import the rows of an increment.meta')
    .addCommand(
      remoteCommand('start', 'start an import', ['import start shop --bucket photos --path /summer --wait'])
        .argument('<instance>')
        .requiredOption('--bucket <name>', 'bucket that holds increment.meta and the pictures')
        .option('--path <folder>', 'folder in the bucket', '/')
        .option('--role <arn>', 'role that says which objects may be read (default: the role of the instance)')
        .option('--callback <address>', 'address that is told when the import has ended')
        .option('--queue', 'wait for imports of the instance that have not ended, instead of failing')
        .option('--skip-unchanged', 'skip rows whose object and fields have not changed since they were imported')
        .option('--check [lines]', 'only show the first lines as they would be read (20, at most 100)', wholeNumber)
        .option('--dry-run', 'only check all rows, wait for the end; nothing is written')
        .option('--wait', 'wait for the end, show progress; exit status 3 when some rows failed')
        .action(start),
    )
    .addCommand(
      remoteCommand('list', 'list the imports of an instance, newest first')
        .argument('<instance>')
        .option('--limit <n>', 'imports at most', wholeNumber, 20)
        .action(list),
    )
    .addCommand(
      remoteCommand('status', 'show an import')
        .argument('<id>', 'number of the import', wholeNumber)
        .option('--wait', 'wait for the end, show progress; exit status 3 when some rows failed')
        .action(status),
    )
    .addCommand(
      remoteCommand('failed', 'show failed and skipped rows, or save them', [
        'import failed 7',
        'import failed 7 --manifest failed/increment.meta',
        'import failed 7 --report rows.ndjson',
      ])
        .argument('<id>', 'number of the import', wholeNumber)
        .option('--code <code>', 'only rows of this code')
        .option('--limit <n>', 'rows at most', wholeNumber, ROWS_A_PAGE)
        .option('--manifest <file>', 'write the failed rows as they stand in the manifest')
        .option('--skipped', 'with --manifest: write the superseded rows instead')
        .option('--report <file>', 'write all failed and superseded rows with code and hint, one JSON object a line')
        .action(failed),
    )
  made.addCommand(
    remoteCommand('retry', 'run the failed rows of an import once more', ['import retry 7 --wait'])
      .argument('<id>', 'number of the import', wholeNumber)
      .option('--wait', 'wait for the end, show progress; exit status 3 when some rows failed')
      .action(retry),
  )
  for (const one of callbackCommands()) made.addCommand(one)
  const steer = { pause: 'take no more rows', resume: 'go on with a paused import', cancel: 'end an import for good' }
  for (const [verb, summary] of Object.entries(steer)) {
    const action = async (id: number, flags: RemoteFlags): Promise<void> =>
      printDocument(
        flags,
        await (await server(flags)).call<ImportStatus>('POST', `/imports/${id}/${verb}`),
        describeImport,
      )
    made.addCommand(remoteCommand(verb, summary).argument('<id>', 'number of the import', wholeNumber).action(action))
  }
  return made
}

async function start(instance: string, flags: StartFlags): Promise<void> {
  const client = await server(flags)
  const { bucket, path, role, callback, wait, check, dryRun, queue, skipUnchanged } = flags
  const source = { bucket, path, roleArn: role }
  if (check !== undefined)
    return checkManifest(client, instance, flags, { ...source, lines: check === true ? 20 : check })
  const json = { ...source, callbackAddress: callback, dryRun, queue, skipUnchanged }
  const started = await client.call<ImportStatus>('POST', `${instancePath(instance)}/imports`, { json })
  const isAwaited = wait || dryRun
  const last = isAwaited ? await watchImport(client, started.id) : started
  if (isAwaited) endAs(last)
  printDocument(flags, last, describeImport)
}

/** Shows how the first lines would be read; exit status 3 when some would fail. */
async function checkManifest(client: Client, instance: string, flags: StartFlags, json: object): Promise<void> {
  const preview = await client.call<ManifestPreview>('POST', `${instancePath(instance)}/imports/preview`, { json })
  const { lines, isAll, key, sizeBytes } = preview
  if (lines.some((line) => objections(line) !== '')) process.exitCode = EXIT.partly
  if (flags.json) return printDocument(flags, preview, () => '')
  const isCut = isAll ? 'all lines' : `the first ${lines.length} lines`
  process.stdout.write(`${key}: ${sizeBytes} bytes, ${isCut}\n\n`)
  const columns = [
    { title: 'Line', value: ({ line }: PreviewLine) => line, align: 'right' as const },
    { title: 'Operation', value: ({ operation }: PreviewLine) => operation ?? '-' },
    { title: 'Product', value: ({ productId }: PreviewLine) => productId ?? '-' },
    { title: 'Picture', value: ({ picName }: PreviewLine) => picName ?? '-', isElastic: true },
    { title: 'Wrong', value: objections, isElastic: true },
  ]
  printList(flags, lines, columns, 'There are no rows.')
}

function objections({ error, object }: PreviewLine): string {
  if (error) return `${error.code}: ${error.message}`
  if (!object || object.isThere) return ''
  return object.isAllowed ? 'the bucket has no such object' : `the role may not read it; it lacks ${object.missing}`
}

async function list(instance: string, flags: RemoteFlags & { limit: number }): Promise<void> {
  const client = await server(flags)
  const { imports } = await client.call<{ imports: ImportStatus[] }>('GET', `${instancePath(instance)}/imports`, {
    query: { limit: flags.limit, dryRuns: true },
  })
  printList(
    flags,
    imports,
    [
      { title: 'Id', value: ({ id }) => id, align: 'right' },
      { title: 'State', value: ({ state, isDryRun }) => (isDryRun ? `${state} (dry run)` : state) },
      { title: 'Rows', value: ({ lines }) => lines, align: 'right' },
      { title: 'OK', value: ({ ok }) => ok, align: 'right' },
      { title: 'Failed', value: ({ failed }) => failed, align: 'right' },
      { title: 'Skipped', value: ({ skipped }) => skipped, align: 'right' },
      { title: 'From', value: ({ bucket, path }) => `${bucket}:${path}`, isElastic: true },
      { title: 'Started', value: ({ startedMs }) => localTime(startedMs) },
    ],
    `There are no imports. Start one: sightline import start ${instance} --bucket NAME --path /FOLDER`,
  )
}

async function status(id: number, flags: RemoteFlags & { wait?: boolean }): Promise<void> {
  const client = await server(flags)
  const last = flags.wait ? await watchImport(client, id) : await client.call<ImportStatus>('GET', `/imports/${id}`)
  if (flags.wait) endAs(last)
  printDocument(flags, last, describeImport)
}

async function retry(id: number, flags: RemoteFlags & { wait?: boolean }): Promise<void> {
  const client = await server(flags)
  const begun = await client.call<ImportStatus>('POST', `/imports/${id}/retry`)
  const last = flags.wait ? await watchImport(client, id) : begun
  if (flags.wait) endAs(last)
  printDocument(flags, last, describeImport)
}

async function failed(id: number, flags: FailedFlags): Promise<void> {
  const client = await server(flags)
  const { manifest, report } = flags
  if (manifest) await save(client, `/imports/${id}/${flags.skipped ? 'skipped' : 'failed'}.meta`, manifest)
  if (report) await save(client, `/imports/${id}/rows.ndjson`, report, { code: flags.code })
  if (manifest || report) {
    const saved = [manifest, report].filter((file) => file !== undefined)
    return printDocument(flags, { manifest, report }, () => `The rows are in ${saved.join(' and ')}.\n`)
  }
  const rows: RowOutcome[] = []
  while (rows.length < flags.limit) {
    const limit = Math.min(ROWS_A_PAGE, flags.limit - rows.length)
    const query = { afterLine: rows.at(-1)?.line ?? 0, limit, code: flags.code }
    const page = await client.call<{ rows: RowOutcome[] }>('GET', `/imports/${id}/rows`, { query })
    rows.push(...page.rows)
    if (page.rows.length < limit) break
  }
  printList(
    flags,
    rows,
    [
      { title: 'Line', value: ({ line }) => line, align: 'right' },
      { title: 'Outcome', value: ({ outcome }) => outcome },
      { title: 'Code', value: ({ code }) => code },
      { title: 'Product', value: ({ productId }) => productId, isElastic: true },
      { title: 'Picture', value: ({ picName }) => picName, isElastic: true },
      { title: 'Message', value: ({ message }) => message, isElastic: true },
      { title: 'What to do', value: ({ hint }) => hint, isElastic: true },
    ],
    'No row failed.',
  )
}

async function save(client: Client, path: string, file: string, query: Query = {}): Promise<void> {
  const lines = await client.stream(path, { query })
  await pipeline(Readable.fromWeb(lines as never), createWriteStream(file))
}
