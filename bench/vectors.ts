/**
 * The vector room at size: made vectors, searches with filters against exact ones, imports and searches together.
 *
 *     npm run bench vectors             1,000,000 vectors, about 10 minutes
 *     node bench/vectors.ts 100000      a quick look
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type Filter, matches } from '../src/filter.ts'
import {
  type Change,
  createLanceEngine,
  createVectors,
  type Generation,
  type IndexRow,
  type VectorSource,
  type Vectors,
} from '../src/vectors/index.ts'
import { MADE_FILTERS, makeVectors } from './made-vectors.ts'
import { type Figure, percentile, report } from './report.ts'
import { centred } from './retrieval-figures.ts'
import { workload } from './workload.ts'

const DIMENSION = 256
const INSTANCE = 1
const QUERIES = 100
const CALLERS = 8
const IMPORT_SECONDS = 20
/** Images a second: three times what two cores embed. */
const IMPORT_RATE = 500

const size = Number(process.argv[2] ?? 1_000_000)
const made = makeVectors(DIMENSION)
const rows: IndexRow[] = []
for (let from = 0; from < size; from += 10_000) rows.push(...made.rows(from, Math.min(10_000, size - from)))
const queries = made.queries(QUERIES)
const log: number[] = []
let generations: Generation[] = []
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'))
const vectors = createVectors({
  engine: await createLanceEngine(folder),
  source: source(),
  log: pino({ level: 'warn' }),
})
try {
  const figures = [...(await build(vectors)), ...(await search(vectors)), ...(await importAndSearch(vectors))]
  process.exitCode = report('vectors', figures) ? 0 : 1
} finally {
  await vectors.close()
  rmSync(folder, { recursive: true, force: true })
}

async function build(room: Vectors): Promise<Figure[]> {
  const start = performance.now()
  const loop = watchLoop()
  await room.open(INSTANCE, 'made', DIMENSION)
  const seconds = (performance.now() - start) / 1000
  return [
    { name: 'vectors', value: size, unit: '' },
    { name: 'load and build the index', value: seconds, unit: 's' },
    { name: 'event loop while building, p99', value: loop(), unit: 'ms', atMost: 50 },
  ]
}

async function search(room: Vectors): Promise<Figure[]> {
  const figures: Figure[] = []
  const truth = exactNearest(generations[0]!.mean)
  for (const [f, { name, filter }] of MADE_FILTERS.entries()) {
    const options = { limit: 10, ...(filter && { filter }) }
    await room.search(INSTANCE, queries[0]!, options)
    let found = 0
    const { timesMs } = await workload({ callers: 1, count: QUERIES }, async (q) => {
      const hits = await room.search(INSTANCE, queries[q]!, options)
      found += hits.filter(({ id }) => truth[f]![q]!.includes(id)).length
    })
    const wanted = truth[f]!.reduce((sum, ids) => sum + ids.length, 0)
    figures.push(
      { name: `filter ${name}: recall@10`, value: found / wanted, unit: '', atLeast: 0.98 },
      { name: `filter ${name}: p50`, value: percentile(timesMs, 0.5), unit: 'ms' },
      { name: `filter ${name}: p95`, value: percentile(timesMs, 0.95), unit: 'ms' },
    )
  }
  const { callsPerSecond } = await workload({ callers: CALLERS, count: 2000, limitMs: 10_000 }, async (q) => {
    await room.search(INSTANCE, queries[q % QUERIES]!, { limit: 10 })
  })
  return [...figures, { name: `searches a second, ${CALLERS} callers`, value: callsPerSecond, unit: '1/s' }]
}

async function importAndSearch(room: Vectors): Promise<Figure[]> {
  const loop = watchLoop()
  const fresh = made.rows(size, IMPORT_SECONDS * IMPORT_RATE)
  const timesMs: number[] = []
  const end = performance.now() + IMPORT_SECONDS * 1000
  let missed = 0
  async function searching(): Promise<void> {
    while (performance.now() < end) {
      const before = performance.now()
      await room.search(INSTANCE, queries[timesMs.length % QUERIES]!, { limit: 10 })
      timesMs.push(performance.now() - before)
    }
  }
  async function importing(): Promise<void> {
    for (let from = 0; performance.now() < end; from += IMPORT_RATE / 20) {
      await room.ready(INSTANCE)
      const block = fresh.slice(from, from + IMPORT_RATE / 20)
      room.apply(INSTANCE, block.map(commit))
      const [best] = await room.search(INSTANCE, block[0]!.vector, { limit: 1 })
      if (best?.id !== block[0]!.id) missed++
      await sleep(50)
    }
  }
  await Promise.all([searching(), searching(), searching(), searching(), importing()])
  return [
    { name: 'while importing: searches a second', value: timesMs.length / IMPORT_SECONDS, unit: '1/s' },
    { name: 'while importing: images a second', value: (rows.length - size) / IMPORT_SECONDS, unit: '1/s' },
    { name: 'while importing: search p50', value: percentile(timesMs, 0.5), unit: 'ms' },
    { name: 'while importing: search p95', value: percentile(timesMs, 0.95), unit: 'ms' },
    { name: 'while importing: written and not found', value: missed, unit: '', atMost: 0 },
    { name: 'while importing: event loop p99', value: loop(), unit: 'ms', atMost: 50 },
    { name: 'resident memory, with the made vectors', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' },
  ]
}

/** Ids of the ten nearest by comparing with every row, for each filter and query. */
function exactNearest(mean: Float32Array): number[][][] {
  const best = MADE_FILTERS.map(() => queries.map((): { id: number; similarity: number }[] => []))
  const asked = queries.map((query) => centred(query, mean))
  for (const row of rows) {
    const vector = centred(row.vector, mean)
    const kept = MADE_FILTERS.flatMap(({ filter }, f) => (keeps(filter, row) ? [best[f]!] : []))
    for (let q = 0; q < QUERIES; q++) {
      const query = asked[q]!
      let similarity = 0
      for (let i = 0; i < DIMENSION; i++) similarity += vector[i]! * query[i]!
      for (const lists of kept) insert(lists[q]!, { id: row.id, similarity })
    }
  }
  return best.map((lists) => lists.map((list) => list.map(({ id }) => id)))
}

function keeps(filter: Filter | undefined, row: IndexRow): boolean {
  return !filter || matches(filter, row)
}

/** Keeps the ten best, best first. */
function insert(list: { id: number; similarity: number }[], hit: { id: number; similarity: number }): void {
  if (list.length === 10 && hit.similarity <= list[9]!.similarity) return
  list.push(hit)
  list.sort((a, b) => b.similarity - a.similarity)
  list.length = Math.min(list.length, 10)
}

/** @returns a function that ends the watch and tells the 99th percentile of the delay in ms */
function watchLoop(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  return () => {
    delay.disable()
    return delay.percentile(99) / 1e6
  }
}

/** Adds a row to the truth. */
function commit(row: IndexRow): Change {
  rows.push(row)
  log.push(row.id)
  return { seq: log.length, imageId: row.id, image: row }
}

/** The truth over the array of rows; row `id` lies at `id - 1`. */
function source(): VectorSource {
  const change = (seq: number, row: IndexRow) => ({ seq, imageId: row.id, image: row })
  return {
    changesAfter: async (_instance, _model, seq, limit) =>
      log.slice(seq, seq + limit).map((id, i) => change(seq + i + 1, rows[id - 1]!)),
    imagesAfter: async (_instance, _model, afterId, limit) =>
      rows.slice(afterId, afterId + limit).map((row) => change(0, row)),
    lastSeq: async () => log.length,
    sample: async (_instance, _model, n) =>
      Array.from({ length: n }, (_, i) => rows[Math.floor((i * rows.length) / n)]!).map(({ id, vector }) => ({
        productId: `${id}`,
        vector,
      })),
    countImages: async () => rows.length,
    generations: async () => generations,
    async createGeneration(generation) {
      const created = { ...generation, id: generations.length + 1 }
      generations.push(created)
      return created
    },
    async updateGeneration(id, to) {
      generations = generations.map((saved) => (saved.id === id ? { ...saved, ...to } : saved))
    },
    async deleteGeneration(id) {
      generations = generations.filter((saved) => saved.id !== id)
    },
  }
}
