/**
 * The store: the truth. Everything that must not be lost is here, in one SQLite file with a change log.
 *
 * One thread writes (transactions, group commit), another reads. All SQL of the program is in this folder, one file a
 * table group; functions take the connection or transaction they run in.
 */
import { Kysely, Migrator, type Transaction } from 'kysely'
import * as first from './migrations/0001-first.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { type Write, WriteQueue } from './write-queue.ts'

export type * from './schema.ts'
/** What a query runs on: the reading or writing connection, or a transaction. */
export type Db = Kysely<Schema>
export type Trx = Transaction<Schema>

export interface Store {
  /** Reads; sees everything that has been committed. */
  readonly read: Db
  /** Runs in a transaction that is shared with other writes (group commit); resolves when it is on the disk. */
  write<T>(write: Write<T>): Promise<T>
  close(): Promise<void>
}

const MIGRATIONS = { '0001-first': first }

/**
 * Opens the store, making or migrating the file.
 *
 * @param file path of the SQLite file; its `-wal` and `-shm` lie beside it
 */
export async function openStore(file: string): Promise<Store> {
  const writer = new Kysely<Schema>({ dialect: sqliteDialect({ file, readOnly: false }) })
  const migrator = new Migrator({ db: writer, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await migrator.migrateToLatest()
  if (error) {
    await writer.destroy()
    throw error
  }
  const read = new Kysely<Schema>({ dialect: sqliteDialect({ file, readOnly: true }) })
  const queue = new WriteQueue(writer)
  return {
    read,
    write: (write) => queue.run(write),
    async close() {
      await queue.drain()
      await read.destroy()
      await writer.destroy()
    },
  }
}
