import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { ImportStatus } from '../../src/imports/index.ts'
import { madePicture, openTestApp, type TestApp } from '../harness.ts'

const IMPORTER = fileURLToPath(new URL('./import-until-killed.ts', import.meta.url))
const LINES = 300
const PICTURES = 24
const KILLS = 5

/** The same numbers in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Adds, overwrites and deletes of 60 products, with rows that fail in between. */
function manifest(): string {
  const random = seededRandom(7)
  const pick = (n: number) => Math.floor(random() * n)
  const lines = Array.from({ length: LINES }, (_, i) => {
    const ProductId = `p${pick(60)}`
    const PicName = `${pick(PICTURES)}.png`
    const kind = pick(20)
    if (kind === 0) return 'not a row'
    if (kind === 1) return JSON.stringify({ OperationType: 'ADD', ProductId, PicName: 'missing.png' })
    if (kind === 2) return JSON.stringify({ OperationType: 'ADD', ProductId, PicName: 'cut.png' })
    if (kind === 3) return JSON.stringify({ OperationType: 'DELETE', ProductId })
    if (kind < 6) return JSON.stringify({ operator: 'DELETE', item_id: ProductId, pic_list: [PicName] })
    const category = kind < 12 ? { CategoryId: pick(3) } : {}
    return JSON.stringify({ OperationType: 'ADD', ProductId, PicName, IntAttr: i, ...category })
  })
  return lines.join('\n')
}

describe('kill -9 in the middle of an import', () => {
  let base: string
  let bucket: string
  let whole: ImportStatus
  let expected: Awaited<ReturnType<typeof everything>>

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'sightline-import-kill-'))
    bucket = join(base, 'bucket')
    await mkdir(bucket)
    for (let i = 0; i < PICTURES; i++) await writeFile(join(bucket, `${i}.png`), await madePicture(i, 100))
    await writeFile(join(bucket, 'cut.png'), (await madePicture(1, 100)).subarray(0, 700))
    await writeFile(join(bucket, 'increment.meta'), manifest())

    const app = await started(join(base, 'whole'))
    try {
      whole = await untilEnd(app)
      expected = await everything(app)
    } finally {
      await app.close()
    }
  })
  after(() => rm(base, { recursive: true, force: true }))

  /** Two images that predictions of the import are made from, then the import. */
  async function started(dataDir: string): Promise<TestApp> {
    const app = await openTestApp({ dataDir })
    const { instances, images, imports, buckets } = app.services
    await buckets.add('pictures', { driver: 'file', options: { folder: bucket } })
    const shop = await instances.create('shop', 'product')
    for (const [categoryId, seed] of [0, 1].entries()) {
      const picture = await madePicture(seed + 100, 100)
      const input = { productId: 'first', picName: `${seed}.png`, picture, categoryId }
      await images.put(shop.id, input, { priority: 'search' })
    }
    await imports.start(shop, { bucket: 'pictures', path: '/' })
    return app
  }

  async function untilEnd({ services: { imports } }: TestApp): Promise<ImportStatus> {
    let last: ImportStatus | undefined
    for await (const status of imports.watch(1, AbortSignal.timeout(120_000))) last = status
    assert.equal(last?.state, 'done')
    return last as ImportStatus
  }

  /** The whole store but for ids, times and which lines were superseded on the way. */
  async function everything({ store: { read } }: TestApp) {
    const images = await read
      .selectFrom('image')
      .innerJoin('embedding', 'embedding.image_id', 'image.id')
      .selectAll()
      .orderBy('product_id')
      .orderBy('pic_name')
      .execute()
    const failed = await read.selectFrom('import_row').selectAll().where('outcome', '=', 'failed').execute()
    const counted = await read.selectFrom('instance').select('image_count').execute()
    const open = await read.selectFrom('task').selectAll().execute()
    const tombstones = await read.selectFrom('import_tombstone').selectAll().execute()
    const shown = images.map(({ id, image_id, created_at, updated_at, thumbnail, ...rest }) => ({
      ...rest,
      hasThumbnail: thumbnail !== '',
      dhash: Buffer.from(rest.dhash).toString('hex'),
      vector: Buffer.from(rest.vector).toString('hex'),
    }))
    return { images: shown, failed, counted, open, tombstones }
  }

  async function importAndKill(dataDir: string, atRows: number): Promise<void> {
    const importer = spawn(process.execPath, [IMPORTER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(importer, 'exit')
    for await (const rows of createInterface({ input: importer.stdout })) {
      if (Number(rows) >= atRows) importer.kill('SIGKILL')
    }
    assert.equal((await exit)[1], 'SIGKILL')
  }

  test('at five moments leaves the store as it is without', { timeout: 180_000 }, async () => {
    const dataDir = join(base, 'killed')
    await (await started(dataDir)).close()
    const random = seededRandom(42)
    const moments = Array.from({ length: KILLS }, () => Math.floor(random() * (LINES - 40))).sort((a, b) => a - b)
    for (const atRows of moments) await importAndKill(dataDir, atRows)

    const app = await openTestApp({ dataDir })
    try {
      const status = await untilEnd(app)
      assert.deepEqual(await everything(app), expected)
      assert.equal(status.lines, LINES)
      assert.equal(status.ok + status.failed + status.skipped, LINES)
      assert.equal(status.ok + status.skipped, whole.ok + whole.skipped)
      assert.equal(status.failed, whole.failed)
      await assertDoneOnce(app, status)
    } finally {
      await app.close()
    }
  })

  /** The change log has one entry for every image put and every image deleted: a row done twice would leave one more. */
  async function assertDoneOnce({ store: { read } }: TestApp, status: ImportStatus): Promise<void> {
    const { rows } = await sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`.execute(read)
    const last = Object.fromEntries(rows.map(({ name, seq }) => [name, seq]))
    const lines = manifest().split('\n')
    const deletes = lines.filter((line) => line.includes('"DELETE"')).length
    const puts = 2 + status.ok - deletes
    const deleted = (last.image as number) - expected.images.length
    assert.equal(last.change, puts + deleted)
  }
})
