/**
 * The store: the truth. Everything that must not be lost is here, in one SQLite file with a change log.
 *
 * One thread writes (transactions, group commit), others read. All SQL of the program is in this folder, one file a
 * table group; functions take the connection or transaction they run in.
 */
import { Kysely, Migrator, sql, type Transaction } from 'kysely'
import { problem } from '../errors.ts'
import * as first from './migrations/0001-first.ts'
import * as sessions from './migrations/0002-sessions.ts'
import * as dumps from './migrations/0003-dumps.ts'
import * as importRetries from './migrations/0004-import-retries.ts'
import * as copyDecisions from './migrations/0005-copy-decisions.ts'
import * as dryRuns from './migrations/0006-dry-runs.ts'
import * as importPromises from './migrations/0007-import-promises.ts'
import * as roleSessions from './migrations/0008-role-sessions.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { type Write, WriteQueue } from './write-queue.ts'

export type * from './schema.ts'
/** What a query runs on: the reading or writing connection, or a transaction. */
export type Db = Kysely<Schema>
export type Trx = Transaction<Schema>

export interface Store {
  /** Reads; sees everything that has been committed. Two at a time, the others wait. */
  readonly read: Db
  /**
   * Runs in a transaction that is shared with other writes (group commit); resolves when it is on the disk. When
   * `write` throws, what it did is undone and the others of the transaction are kept.
   *
   * @throws StorageFailed when the disk is full or broken: nothing was stored
   */
  write<T>(write: Write<T>): Promise<T>
  /** Writes a consistent copy while others go on reading and writing. @param toFile must not exist */
  backup(toFile: string): Promise<void>
  /** Waits for writes in work, then closes the file in order (no `-wal` is left). */
  close(): Promise<void>
}

const MIGRATIONS = {
  '0001-first': first,
  '0002-sessions': sessions,
  '0003-dumps': dumps,
  '0004-import-retries': importRetries,
  '0005-copy-decisions': copyDecisions,
  '0006-dry-runs': dryRuns,
  '0007-import-promises': importPromises,
  '0008-role-sessions': roleSessions,
}
const READERS = 2
/** SQLITE_CORRUPT and SQLITE_NOTADB, https://sqlite.org/rescode.html */
const DAMAGE = new Set([11, 26])

/**
 * Opens the store, making or migrating the file.
 *
 * @param file path of the SQLite file; its `-wal` and `-shm` lie beside it
 * @throws DatabaseDamaged, DatabaseNewer, StorageFailed
 */
export async function openStore(file: string): Promise<Store> {
  const writer = open(file, { readOnly: false, connections: 1 })
  try {
    await migrate(writer, file)
  } catch (error) {
    await writer.destroy()
    throw isDamage(error) ? problem('DatabaseDamaged', { file, reason: error.message }, { cause: error }) : error
  }
  const read = open(file, { readOnly: true, connections: READERS })
  const queue = new WriteQueue(writer)
  return {
    read,
    write: (write) => queue.run(write),
    async backup(toFile) {
      const source = open(file, { readOnly: true, connections: 1 })
      try {
        await sql`vacuum into ${toFile}`.execute(source)
      } finally {
        await source.destroy()
      }
    },
    async close() {
      await queue.drain()
      await read.destroy()
      await writer.destroy()
    },
  }
}

async function migrate(db: Db, file: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const unknown = (await appliedMigrations(db)).find((name) => !Object.hasOwn(MIGRATIONS, name))
  if (unknown) throw problem('DatabaseNewer', { file, migration: unknown })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const tables = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db)
  if (tables.rows.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map((row) => row.name)
}

function isDamage(error: unknown): error is Error {
  const { errcode } = error as { errcode?: number }
  return errcode !== undefined && DAMAGE.has(errcode & 0xff)
}

function open(file: string, options: { readOnly: boolean; connections: number }): Db {
  return new Kysely<Schema>({ dialect: sqliteDialect({ file, ...options }) })
}
