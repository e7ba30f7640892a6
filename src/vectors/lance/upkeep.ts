/**
 * What keeps a Lance table fast: every commit leaves a version and a fragment behind, which makes the next searches
 * slower until they are merged; and from some size on an index is needed.
 */
import { Index, type Table } from '@lancedb/lancedb'
import type { CommitQueue } from './commit-queue.ts'
import { retryConflicts } from './conflicts.ts'
import { columnOf, INT_COLUMNS, STR_COLUMNS } from './sql.ts'

export interface UpkeepOptions {
  /**
   * Rows from which the table gets a vector index; below, search is exact. At 20,000 rows of 256 numbers an exact
   * search takes about 15 ms of CPU, one by the index 2 ms.
   */
  readonly indexFrom: number
}

/** Versions older than this are pruned; searches in flight read the version that they began with. */
const GRACE_MS = 5 * 60_000
/** Fragments left by an earlier process from which the first upkeep has something to do. */
const MANY_FRAGMENTS = 32
/**
 * Each merge appends a small graph of the new rows, and each graph adds about 0.3 ms to every search. Building anew
 * takes minutes of both cores at a million rows, so large tables wait longer.
 */
const MIN_GRAPHS = 8
/** So a merge waits for so many commits once there is a graph. */
const COMMITS_PER_GRAPH = 64
const ROWS_PER_GRAPH = 40_000

const VECTOR_INDEX = 'vector_idx'
/** Chosen by measurement (bench/vectors.ts): recall before speed of building. */
const GRAPH = { distanceType: 'cosine', m: 16, efConstruction: 200 } as const

export interface Upkeep {
  hasVectorIndex(): boolean
  /** Resolves when all is done, a new index included; commits go on meanwhile but for the merge. */
  run(): Promise<void>
}

export async function createUpkeep(table: Table, queue: CommitQueue, options: UpkeepOptions): Promise<Upkeep> {
  let indexes = new Set((await table.listIndices()).map((index) => index.name))
  let mergedCommits = 0
  let isDue = await hasLeftovers()
  let running: Promise<void> | undefined

  /** Whether an earlier process stopped before its upkeep. */
  async function hasLeftovers(): Promise<boolean> {
    const { numRows, fragmentStats } = await table.stats()
    return fragmentStats.numFragments >= MANY_FRAGMENTS || (numRows >= options.indexFrom && !indexes.has(VECTOR_INDEX))
  }

  async function work(): Promise<void> {
    const commits = queue.commits - mergedCommits
    if (commits < (indexes.has(VECTOR_INDEX) ? COMMITS_PER_GRAPH : 1) && !isDue) return
    await merge()
    const rows = await table.countRows()
    if (rows >= options.indexFrom) {
      await indexColumns()
      const graphs = (await table.listIndices()).find((index) => index.name === VECTOR_INDEX)?.numSegments
      if (graphs === undefined || graphs > Math.max(MIN_GRAPHS, rows / ROWS_PER_GRAPH)) await buildGraph()
    }
    isDue = false
  }

  /** Merges fragments, adds new rows to the indexes, prunes old versions. */
  async function merge(): Promise<void> {
    const commits = queue.commits
    const cleanupOlderThan = new Date(Date.now() - GRACE_MS)
    await queue.exclusively(() => retryConflicts(() => table.optimize({ cleanupOlderThan })))
    mergedCommits = commits
  }

  /** Gives an index to every column that is in use, so that a filter need not read all rows. */
  async function indexColumns(): Promise<void> {
    for (const field of [...INT_COLUMNS, ...STR_COLUMNS]) {
      const column = columnOf(field)
      const isInUse = async () => (await table.countRows(`${column} != ${field.startsWith('str') ? "''" : 0}`)) > 0
      if (indexes.has(`${column}_idx`) || !(await isInUse())) continue
      await queue.exclusively(() => retryConflicts(() => table.createIndex(column, { config: Index.btree() })))
      indexes.add(`${column}_idx`)
    }
  }

  /** Beside the commits: rows that come meanwhile are found by scanning, until the next merge adds them. */
  async function buildGraph(): Promise<void> {
    await retryConflicts(() => table.createIndex('vector', { config: Index.hnswSq(GRAPH), name: VECTOR_INDEX }))
    indexes = new Set((await table.listIndices()).map((index) => index.name))
  }

  return {
    hasVectorIndex: () => indexes.has(VECTOR_INDEX),
    run() {
      running ??= work().finally(() => {
        running = undefined
      })
      return running
    },
  }
}
