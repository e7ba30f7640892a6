/** `sightline demo`: a server on an empty data folder, the demo shop, its import, one search, a contact sheet. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { problem } from '../errors.ts'
import type { ImportStatus } from '../imports/index.ts'
import { loadConfig } from '../ops/config.ts'
import { createLog } from '../ops/log.ts'
import { type Client, connect } from './client.ts'
import { command } from './command.ts'
import { watchImport } from './import-status.ts'
import { progressBar } from './progress.ts'
import { askSearch, drawAnswer, printAnswer } from './search.ts'
import { greeting, untilStopped } from './serve.ts'
import type { RunningServer } from './start-server.ts'

interface DemoFlags {
  readonly data?: string
  readonly port: string
  readonly exit?: boolean
  readonly sheet: string
}

const INSTANCE = 'demo'
const BUCKET = 'demo-shop'
/** The product that is searched for. */
const WANTED = 'crisps-paprika'

export function demoCommand(): Command {
  return command('demo', 'a server with a made shop of 300 pictures, and a search in it', [
    'demo',
    'demo --data my-demo',
  ])
    .option('--data <folder>', 'data folder, empty or absent (default: a temporary one, removed at the end)')
    .option('--port <n>', 'port to listen on; 0 takes a free one', '8750')
    .option('--sheet <file>', 'where the results are drawn', 'sightline-demo.png')
    .option('--exit', 'end after the search instead of staying up')
    .action(demo)
}

async function demo({ data, port, exit, sheet }: DemoFlags): Promise<void> {
  const { startServer } = await import('./start-server.ts')
  const home = data === undefined ? await mkdtemp(join(tmpdir(), 'sightline-demo-')) : resolve(data)
  try {
    if (existsSync(home) && readdirSync(home).length > 0) throw problem('DemoFolderUsed', { folder: home })
    const { config } = loadConfig({ flags: { dataDir: join(home, 'data'), port, logLevel: 'warn' } })
    const server = await startServer(config, createLog({ level: config.logLevel }))
    const folder = join(home, 'shop')
    const ending = new AbortController()
    const stopped = untilStopped(server, config.shutdownSeconds).finally(() => ending.abort())
    try {
      // Ctrl-C may come at any time: what is under way then fails, and nobody waits for it.
      const shown = show(server, config.dataDir, { folder, sheet: resolve(sheet), signal: ending.signal })
      const isShown = await Promise.race([shown.then(() => true), stopped.then(() => false)])
      if (!isShown) return
    } catch (error) {
      await server.stop()
      throw error
    }
    if (exit) return await server.stop()
    process.stdout.write(nextSteps(config.dataDir, folder))
    await stopped
  } finally {
    if (data === undefined) await rm(home, { recursive: true, force: true })
  }
}

/** Fills the shop, searches in it, and says where the server is. */
async function show(
  server: RunningServer,
  dataDir: string,
  { folder, sheet, signal }: { folder: string; sheet: string; signal: AbortSignal },
): Promise<void> {
  const client = await connect({ data: dataDir, endpoint: server.endpoint }, {})
  await fillShop(client, folder, signal)
  await searchShop(client, sheet)
  process.stdout.write(`\n${await greeting(server, dataDir)}`)
}

/** How to go on, as the one who started the demo can type it. */
function nextSteps(dataDir: string, folder: string): string {
  const program = process.env.npm_lifecycle_event ? 'npm run --silent sightline --' : 'sightline'
  const picture = join(folder, 'duck-bath-table.jpg')
  return `Search again: ${program} search ${INSTANCE} --data ${dataDir} --picture ${picture}\nCtrl-C ends the demo.\n`
}

/** Draws the shop and imports it: a bucket, an instance, a manifest. */
async function fillShop(client: Client, folder: string, signal: AbortSignal): Promise<void> {
  const { DEMO_PRODUCTS, makeShop } = await import('../demo/index.ts')
  const drawing = progressBar('Drawing the shop', 'pictures')
  const start = performance.now()
  const pictures = await makeShop(folder, { signal, onProgress: (done, total) => drawing.show({ done, total }) })
  drawing.clear()
  say(`Drew ${pictures} pictures of ${DEMO_PRODUCTS.length} products`, start)

  const importing = performance.now()
  await client.call('POST', '/buckets', { json: { name: BUCKET, folder } })
  await client.call('POST', '/instances', { json: { name: INSTANCE, serviceType: 'product' } })
  const { id } = await client.call<ImportStatus>('POST', `/instances/${INSTANCE}/imports`, {
    json: { bucket: BUCKET, path: '/' },
  })
  const { ok, failed, skipped } = await watchImport(client, id)
  say(`Imported ${ok} rows of increment.meta (${failed} failed, ${skipped} skipped)`, importing)
}

/** Searches with a view of a product that was not imported. */
async function searchShop(client: Client, sheet: string): Promise<void> {
  const { DEMO_PRODUCTS, furtherView } = await import('../demo/index.ts')
  const picture = await furtherView(WANTED)
  const name = DEMO_PRODUCTS.find(({ id }) => id === WANTED)?.name
  process.stdout.write(`\nSearching with a photograph of "${name}" that was not imported:\n\n`)
  const answer = await askSearch(client, INSTANCE, { picture, num: 10 })
  printAnswer(answer)
  await writeFile(
    sheet,
    await drawAnswer(client, `Searching ${INSTANCE} with a photograph that was not imported`, answer, picture),
  )
  process.stdout.write(`\nThe results as a picture: ${sheet}\n`)
}

function say(what: string, sinceMs: number): void {
  process.stdout.write(`${what} in ${((performance.now() - sinceMs) / 1000).toFixed(1)} s.\n`)
}
