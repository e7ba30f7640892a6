/**
 * An import with rows of every kind that nothing disturbs, and what a disturbed one is held against: every row
 * accounted for, none done twice, and afterwards the same store, the same index, nothing for `doctor` to find.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Selectable, sql } from 'kysely'
import type { BucketCredentials, BucketSource } from '../../src/buckets/index.ts'
import type { ImportStatus } from '../../src/imports/index.ts'
import type { ImageTable, ServiceType } from '../../src/store/index.ts'
import { madePicture, openTestApp, type TestApp } from '../harness.ts'

export const LINES = 300
const PICTURES = 24

export interface Undisturbed {
  /** Where data folders can be made; gone with `remove`. */
  readonly base: string
  /** Folder with manifest and pictures. */
  readonly bucket: string
  readonly serviceType: ServiceType
  readonly status: ImportStatus
  readonly content: Content
  remove(): Promise<void>
}

type Content = Awaited<ReturnType<typeof contentOf>>

/** @param serviceType of a product instance the categories are compared, too: predictions are frozen with the import */
export async function undisturbedImport(serviceType: ServiceType): Promise<Undisturbed> {
  const base = await mkdtemp(join(tmpdir(), 'sightline-undisturbed-'))
  const bucket = join(base, 'bucket')
  await mkdir(bucket)
  for (let i = 0; i < PICTURES; i++) await writeFile(join(bucket, `${i}.png`), await madePicture(i, 100))
  await writeFile(join(bucket, 'cut.png'), (await madePicture(1, 100)).subarray(0, 700))
  await writeFile(join(bucket, 'increment.meta'), manifest())

  const app = await startImport({ bucket, serviceType }, join(base, 'undisturbed'))
  try {
    const status = await endOfImport(app)
    const remove = () => rm(base, { recursive: true, force: true })
    return { base, bucket, serviceType, status, content: await contentOf(app), remove }
  } finally {
    await app.close()
  }
}

/**
 * A new data folder with two images that predictions of the import are made from, and the import, which is running.
 *
 * @param store where the bucket's objects are read from; absent = its folder
 */
export async function startImport(
  { bucket, serviceType }: Pick<Undisturbed, 'bucket' | 'serviceType'>,
  dataDir: string,
  store?: { readonly source: BucketSource; readonly credentials: BucketCredentials },
): Promise<TestApp> {
  const app = await openTestApp({ dataDir })
  const { instances, images, imports, buckets } = app.services
  const folder = { driver: 'file', options: { folder: bucket } } as const
  await buckets.add('pictures', store?.source ?? folder, store?.credentials)
  const shop = await instances.create('shop', serviceType)
  for (const [categoryId, seed] of [0, 1].entries()) {
    const picture = await madePicture(seed + 100, 100)
    const input = { productId: 'first', picName: `${seed}.png`, picture, categoryId }
    await images.put(shop.id, input, { priority: 'search' })
  }
  await imports.start(shop, { bucket: 'pictures', path: '/' })
  return app
}

export async function endOfImport({ services: { imports } }: TestApp, id = 1): Promise<ImportStatus> {
  for await (const status of imports.watch(id, AbortSignal.timeout(120_000))) if (status.finishedMs > 0) return status
  throw new Error(`import ${id} has not ended`)
}

/** Resolves when so many rows have an outcome, or the import has the code. */
export async function untilImport(
  { services: { imports } }: TestApp,
  isReached: (status: ImportStatus) => boolean,
): Promise<ImportStatus> {
  const limit = AbortSignal.timeout(60_000)
  for (;;) {
    const status = await imports.status(1)
    if (isReached(status)) return status
    limit.throwIfAborted()
    await setImmediate()
  }
}

export function rowsOf({ ok, failed, skipped }: ImportStatus): number {
  return ok + failed + skipped
}

/** @param status of the disturbed import, which has ended */
export async function assertUndisturbed(app: TestApp, status: ImportStatus, expected: Undisturbed): Promise<void> {
  assert.equal(status.state, 'done')
  assert.equal(status.lines, LINES)
  assert.equal(rowsOf(status), LINES)
  assert.equal(status.failed, expected.status.failed)
  assert.deepEqual(await contentOf(app), expected.content)
  await assertInOrder(app)
}

/** Store, index and thumbnails agree; the index has every image once. */
export async function assertInOrder({ services: { doctor, vectors, instances }, store }: TestApp): Promise<void> {
  const { findings } = await doctor.examine({ repair: false })
  assert.deepEqual(findings, [])
  const { id } = await instances.get('shop')
  const indexed: number[] = []
  for await (const ids of vectors.ids(id)) indexed.push(...ids)
  const stored = await store.read.selectFrom('image').select('id').where('instance_id', '=', id).orderBy('id').execute()
  assert.deepEqual(
    indexed.sort((a, b) => a - b),
    stored.map((image) => image.id),
  )
}

/** The change log has one entry for every image put and every image deleted: a row done twice would leave one more. */
export async function assertDoneOnce({ store: { read } }: TestApp, status: ImportStatus): Promise<void> {
  const { rows } = await sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`.execute(read)
  const last = Object.fromEntries(rows.map(({ name, seq }) => [name, seq]))
  const left = await read.selectFrom('image').select('id').execute()
  const lines = manifest().split('\n')
  const deletes = lines.filter((line) => line.includes('"DELETE"')).length
  const puts = 2 + status.ok - deletes
  const deleted = (last.image as number) - left.length
  assert.equal(last.change, puts + deleted)
}

/** The same numbers in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
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

/** The store after its last import, but for ids, times and which lines were superseded on the way. */
async function contentOf({ store: { read } }: TestApp) {
  const images = await read
    .selectFrom('image')
    .innerJoin('embedding', 'embedding.image_id', 'image.id')
    .selectAll()
    .orderBy('product_id')
    .orderBy('pic_name')
    .execute()
  const failed = await read
    .selectFrom('import_row')
    .select(['line', 'code', 'message', 'hint', 'product_id', 'pic_name', 'text', 'is_superseded'])
    .where('outcome', '=', 'failed')
    .where('import_id', '=', (eb) => eb.selectFrom('import').select((sub) => sub.fn.max('id').as('id')))
    .orderBy('line')
    .execute()
  const counted = await read.selectFrom('instance').select('image_count').execute()
  const open = await read.selectFrom('task').selectAll().execute()
  const tombstones = await read.selectFrom('import_tombstone').selectAll().execute()
  const shown = images.map((image) => ({
    ...withoutOrigin(image),
    hasThumbnail: image.thumbnail !== '',
    dhash: Buffer.from(image.dhash).toString('hex'),
    vector: Buffer.from(image.vector).toString('hex'),
  }))
  return { images: shown, failed, counted, open, tombstones }
}

/** Without what differs from run to run, or from bucket to bucket. */
function withoutOrigin<T extends Selectable<ImageTable> & { image_id: number }>(image: T) {
  const { id, image_id, import_id, source_etag, source_digest, created_at, updated_at, thumbnail, ...rest } = image
  return rest
}
