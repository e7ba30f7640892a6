/**
 * The embedded engine: LanceDB tables in a local folder. Reads and writes run off the event loop; what a commit has
 * acknowledged survives a crash. One process owns the folder.
 */
import { type Connection, connect, Index, Session, type Table } from '@lancedb/lancedb'
import { schemaOf } from './lance/rows.ts'
import { openLanceTable } from './lance/table.ts'
import type { VectorEngine } from './port.ts'

/** A million vectors of 256 numbers need 0.7 GB of index in memory for fast searches. */
const INDEX_CACHE_BYTES = 4n << 30n
/** File footers and manifests. Lance's own default, 1 GB, fills up over a long import. */
const METADATA_CACHE_BYTES = 16n << 20n
/** Rows keep their ids when files are merged; without it a merge would build the whole index anew. */
const STORAGE_OPTIONS = { new_table_enable_stable_row_ids: 'true' }

/**
 * Opens the engine on a folder, which is made when it does not exist.
 *
 * @param options.indexFrom rows from which a table gets a vector index, default 20,000
 * @param options.residentUpTo rows up to which a table is searched in memory, default 4,096: 1 KB and 0.05 microseconds of
 * the event loop a row; the engine costs 3 to 10 ms of processor time a search, however few rows there are
 */
export async function createLanceEngine(
  folder: string,
  { indexFrom = 20_000, residentUpTo = 4096 }: { indexFrom?: number; residentUpTo?: number } = {},
): Promise<VectorEngine> {
  // Otherwise the native library prints a warning about them to stderr.
  process.env.LANCE_INCLUDE_VECTOR_CENTROIDS ??= 'false'
  const session = new Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES)
  const connection = await connect(folder, { session })

  async function list(): Promise<string[]> {
    const names: string[] = []
    for (let page: string[] | undefined; page === undefined || page.length > 0; names.push(...page)) {
      page = await connection.tableNames(names.length > 0 ? { startAfter: names.at(-1)! } : {})
    }
    return names
  }

  return {
    list,

    async open(name, dimension) {
      const exists = (await list()).includes(name)
      const table = exists ? await connection.openTable(name) : await make(connection, name, dimension)
      return openLanceTable(table, dimension, { indexFrom, residentUpTo })
    },

    async drop(name) {
      if ((await list()).includes(name)) await connection.dropTable(name)
    },

    async close() {
      connection.close()
    },
  }
}

async function make(connection: Connection, name: string, dimension: number): Promise<Table> {
  const table = await connection.createEmptyTable(name, schemaOf(dimension), { storageOptions: STORAGE_OPTIONS })
  // Upserts look ids up in it: 20 ms a commit at a million rows instead of 100.
  await table.createIndex('id', { config: Index.btree() })
  return table
}
