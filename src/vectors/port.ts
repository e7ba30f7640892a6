/**
 * The port between the vector room and an engine (LanceDB embedded, Milvus distributed): one narrow interface.
 *
 * An engine's table is derived from the store and can be dropped and made again at any time. Its promises are checked
 * by `test/contracts/vectors.ts` against every engine.
 */
import type { Filterable } from '../attributes.ts'
import type { Filter } from '../filter.ts'

/** One row of an engine's table. */
export interface IndexRow extends Filterable {
  /** Image id; adding it again replaces the row. */
  readonly id: number
  /** Length 1; the table's dimension. */
  readonly vector: Float32Array
}

export interface Hit {
  readonly id: number
  /** Cosine, -1..1. */
  readonly similarity: number
}

export interface TableSearch {
  /** Hits at most, 1..10000. */
  readonly limit: number
  readonly filter?: Filter
  /** Ids that must not be among the hits (their rows are outdated). At most some thousands. */
  readonly exclude?: readonly number[]
}

/** One table of an engine: vectors of one instance and one model. */
export interface VectorTable {
  /** Adds or replaces rows; durable and searchable when it resolves. */
  upsert(rows: readonly IndexRow[]): Promise<void>
  /** Removes rows; unknown ids are no error. */
  remove(ids: readonly number[]): Promise<void>
  /** Nearest rows by cosine, best first. With a filter: as many as match, never fewer because of the filter. */
  search(query: Float32Array, search: TableSearch): Promise<Hit[]>
  /** Rows that match, without those of `exclude`. */
  count(filter?: Filter, exclude?: readonly number[]): Promise<number>
  /** All ids, in no particular order, in blocks; for `doctor`. */
  ids(): AsyncIterable<readonly number[]>
  /** Compacts, prunes, builds or renews the index by size; cheap when there is nothing to do. */
  maintain(): Promise<void>
  close(): Promise<void>
}

export interface VectorEngine {
  /** Opens a table, making it when it does not exist. */
  open(name: string, dimension: number): Promise<VectorTable>
  /** Names of the tables there are. */
  list(): Promise<string[]>
  /** Drops a table; one that does not exist is no error. */
  drop(name: string): Promise<void>
  close(): Promise<void>
}
