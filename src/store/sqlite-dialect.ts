/**
 * Kysely over SQLite in threads: one connection that writes, or some that read.
 */
import { type Dialect, type Driver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { SqliteConnection } from './sqlite-connection.ts'
import type { SqliteThreadOptions } from './sqlite-thread.ts'

export interface SqliteOptions extends SqliteThreadOptions {
  /** Threads; 1 for the writer. Readers have two, so that a long scan does not keep short reads waiting. */
  readonly connections: number
}

export function sqliteDialect(options: SqliteOptions): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(options),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class ThreadDriver implements Driver {
  readonly #options: SqliteOptions
  #idle: SqliteConnection[] = []
  #made = 0
  readonly #waiting: ((connection: SqliteConnection) => void)[] = []

  constructor(options: SqliteOptions) {
    this.#options = options
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    const idle = this.#idle.pop()
    if (idle) return this.#alive(idle)
    if (this.#made < this.#options.connections) {
      this.#made++
      return new SqliteConnection(this.#options)
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    const next = this.#waiting.shift()
    if (next) next(this.#alive(connection))
    else this.#idle.push(connection)
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    await connection.control('begin')
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.control('commit')
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await connection.control('rollback')
  }

  async savepoint(connection: SqliteConnection): Promise<void> {
    connection.mark('savepoint')
  }

  async rollbackToSavepoint(connection: SqliteConnection): Promise<void> {
    connection.mark('undo')
  }

  async releaseSavepoint(connection: SqliteConnection): Promise<void> {
    connection.mark('release')
  }

  async destroy(): Promise<void> {
    for (const connection of this.#idle.splice(0)) await connection.close()
  }

  /** A thread that died is replaced between uses, never in the middle of a transaction. */
  #alive(connection: SqliteConnection): SqliteConnection {
    return connection.isDead ? new SqliteConnection(this.#options) : connection
  }
}
