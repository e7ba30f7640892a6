/**
 * The rows of a small table in memory: an exact search of some thousand rows costs less here than asking an engine.
 */
import { matches } from '../filter.ts'
import { dotAt } from './centring.ts'
import type { Hit, IndexRow, TableSearch } from './port.ts'

const FIRST_CAPACITY = 64

type Kept = Omit<IndexRow, 'vector'>

export class Resident {
  readonly #dimension: number
  /** Row `i` has its vector at `i * dimension`: read from front to back, a search waits for no memory. */
  #matrix: Float32Array
  readonly #rows: Kept[] = []
  readonly #places = new Map<number, number>()

  constructor(dimension: number) {
    this.#dimension = dimension
    this.#matrix = new Float32Array(FIRST_CAPACITY * dimension)
  }

  get size(): number {
    return this.#rows.length
  }

  upsert(rows: readonly IndexRow[]): void {
    for (const { vector, ...row } of rows) this.#put(this.#places.get(row.id) ?? this.#rows.length, row, vector)
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) {
      const place = this.#places.get(id)
      if (place === undefined) continue
      this.#places.delete(id)
      const last = this.#rows.pop()!
      if (last.id !== id) this.#put(place, last, this.#vectorAt(this.#rows.length))
    }
  }

  /** Like the search of a table; blocks the event loop for 0.2 microseconds a row. */
  search(query: Float32Array, { limit, filter, exclude = [] }: TableSearch): Hit[] {
    const excluded = new Set(exclude)
    const hits: Hit[] = []
    for (const [place, row] of this.#rows.entries()) {
      if (excluded.has(row.id) || (filter && !matches(filter, row))) continue
      hits.push({ id: row.id, similarity: dotAt(query, this.#matrix, place * this.#dimension) })
    }
    return nearestOf(hits, limit)
  }

  count(filter: TableSearch['filter'], exclude: readonly number[]): number {
    if (!filter) return this.#rows.length - exclude.filter((id) => this.#places.has(id)).length
    const excluded = new Set(exclude)
    return this.#rows.filter((row) => !excluded.has(row.id) && matches(filter, row)).length
  }

  #put(place: number, row: Kept, vector: Float32Array): void {
    const needed = (place + 1) * this.#dimension
    if (needed > this.#matrix.length) {
      const larger = new Float32Array(2 * needed)
      larger.set(this.#matrix)
      this.#matrix = larger
    }
    this.#vectorAt(place).set(vector)
    this.#rows[place] = row
    this.#places.set(row.id, place)
  }

  #vectorAt(place: number): Float32Array {
    return this.#matrix.subarray(place * this.#dimension, (place + 1) * this.#dimension)
  }
}

/** Sorts only what can be among the nearest: numbers sort ten times faster than hits. */
function nearestOf(hits: Hit[], limit: number): Hit[] {
  const similarities = Float32Array.from(hits, (hit) => hit.similarity).sort()
  const least = similarities[Math.max(0, similarities.length - limit)] ?? 0
  return hits
    .filter((hit) => Math.fround(hit.similarity) >= least)
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id)
    .slice(0, limit)
}
