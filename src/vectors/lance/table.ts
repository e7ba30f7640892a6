/**
 * One LanceDB table as the port has it. Small tables are searched exactly; large ones by a graph index (HNSW over
 * 8-bit vectors), whose best candidates are compared again with the full vectors.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Table, VectorQuery } from '@lancedb/lancedb'
import type { Table as ArrowTable } from 'apache-arrow'
import type { Filter } from '../../filter.ts'
import type { Hit, IndexRow, TableSearch, VectorTable } from '../port.ts'
import { Resident } from '../resident.ts'
import { CommitQueue } from './commit-queue.ts'
import { rowsOf, schemaOf } from './rows.ts'
import { filterSql, idsSql } from './sql.ts'
import { createUpkeep, type UpkeepOptions } from './upkeep.ts'

export interface LanceTableOptions extends UpkeepOptions {
  /** Rows up to which a table is searched in memory. */
  readonly residentUpTo: number
}

/** Candidates that the graph search keeps. 160 give a recall@10 of .998 at 100,000 vectors, .980 at 1,000,000. */
const CANDIDATES = 400
/** With a filter the graph passes many rows that do not count; where few match, Lance scans them all instead. */
const CANDIDATES_FILTERED = 640
/** Times as many rows as asked for are compared again with their full vectors. */
const REFINE_FACTOR = 2
const IDS_AT_ONCE = 2000

export async function openLanceTable(
  table: Table,
  dimension: number,
  options: LanceTableOptions,
): Promise<VectorTable> {
  const queue = await CommitQueue.open(table, schemaOf(dimension))
  const upkeep = await createUpkeep(table, queue, options)
  let resident = await loadResident(table, dimension, options.residentUpTo)

  /** After the commit: what is searched in memory is in the table, too. */
  function keepInStep(change: (rows: Resident) => void): void {
    if (!resident) return
    change(resident)
    if (resident.size > options.residentUpTo) resident = undefined
  }

  async function nearest(query: Float32Array, limit: number, filter: Filter | undefined): Promise<Hit[]> {
    const hits = await run(query, limit, filter, !upkeep.hasVectorIndex())
    // Fewer than asked for: either there are no more, or the graph did not reach them. The exact search knows.
    if (hits.length >= limit || !upkeep.hasVectorIndex()) return hits
    return run(query, limit, filter, true)
  }

  async function run(query: Float32Array, limit: number, filter: Filter | undefined, isExact: boolean): Promise<Hit[]> {
    const search = (table.query().nearestTo(query) as VectorQuery)
      .distanceType('cosine')
      // Without naming `_distance` the native library prints a warning at every query.
      .select(['id', '_distance'])
      .limit(limit)
    if (filter) search.where(filterSql(filter))
    if (isExact) search.bypassVectorIndex()
    else search.ef(Math.max(filter ? CANDIDATES_FILTERED : CANDIDATES, 2 * limit)).refineFactor(REFINE_FACTOR)
    return toHits(await search.toArrow())
  }

  return {
    async upsert(rows) {
      await queue.write(new Map(rows.map((row) => [row.id, row])))
      keepInStep((kept) => kept.upsert(rows))
    },

    async remove(ids) {
      await queue.write(new Map(ids.map((id): [number, IndexRow | undefined] => [id, undefined])))
      keepInStep((kept) => kept.remove(ids))
    },

    async search(query, search: TableSearch) {
      if (resident) {
        await nextTurn() // many searches in a row must not keep the event loop from everything else
        if (resident) return resident.search(query, search)
      }
      const { limit, filter, exclude = [] } = search
      const excluded = new Set(exclude)
      // Excluded rows seldom are among the nearest: it is cheaper to ask for some more than to have Lance leave them out.
      for (let ask = limit + Math.min(excluded.size, limit); ; ask = Math.min(2 * ask, limit + excluded.size)) {
        const found = await nearest(query, ask, filter)
        const hits = found.filter(({ id }) => !excluded.has(id))
        if (hits.length >= limit || found.length < ask || ask >= limit + excluded.size) return hits.slice(0, limit)
      }
    },

    async count(filter, exclude = []) {
      if (resident) return resident.count(filter, exclude)
      const condition = filter && filterSql(filter)
      let count = await table.countRows(condition)
      for (let from = 0; from < exclude.length; from += IDS_AT_ONCE) {
        const ids = idsSql(exclude.slice(from, from + IDS_AT_ONCE))
        count -= await table.countRows(condition ? `${ids} AND (${condition})` : ids)
      }
      return count
    },

    async *ids() {
      for await (const batch of table.query().select(['id'])) {
        yield Array.from(batch.getChild('id')!.toArray() as BigInt64Array, Number)
      }
    },

    maintain: () => upkeep.run(),

    async close() {
      await queue.exclusively(async () => table.close())
    },
  }
}

/** @returns undefined when the table is too large */
async function loadResident(table: Table, dimension: number, upTo: number): Promise<Resident | undefined> {
  if ((await table.countRows()) > upTo) return undefined
  const resident = new Resident(dimension)
  for await (const batch of table.query()) {
    resident.upsert(rowsOf(batch))
    await nextTurn()
  }
  return resident
}

function toHits(answer: ArrowTable): Hit[] {
  // Without a row there are no columns either.
  if (answer.numRows === 0) return []
  const ids = answer.getChild('id')!.toArray() as BigInt64Array
  const distances = answer.getChild('_distance')!.toArray() as Float32Array
  return Array.from(ids, (id, i) => ({ id: Number(id), similarity: 1 - distances[i]! }))
}
