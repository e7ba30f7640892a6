/**
 * Kysely over {@link file://./sqlite-thread.ts}: a driver with one connection, whose queries are messages.
 */
import type { SQLInputValue } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { problem } from '../errors.ts'
import type { SqliteReply, SqliteRequest, SqliteThreadOptions } from './sqlite-thread.ts'

const SQLITE_FULL = 13
const SQLITE_IOERR = 10

export function sqliteDialect(options: SqliteThreadOptions): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(options),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class ThreadDriver implements Driver {
  readonly #options: SqliteThreadOptions
  #connection: ThreadConnection | undefined
  /** Whoever has the connection; the next one waits for this promise. */
  #turn: Promise<void> = Promise.resolve()
  #release: (() => void) | undefined

  constructor(options: SqliteThreadOptions) {
    this.#options = options
  }

  async init(): Promise<void> {
    this.#connection = new ThreadConnection(this.#options)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn
    let release = (): void => {}
    this.#turn = new Promise((resolve) => {
      release = resolve
    })
    await before
    this.#release = release
    return this.#connection as ThreadConnection
  }

  async releaseConnection(): Promise<void> {
    this.#release?.()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${name}`))
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to ${name}`))
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release ${name}`))
  }

  async destroy(): Promise<void> {
    await this.#connection?.close()
  }
}

class ThreadConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (reply: SqliteReply) => void; reject: (error: Error) => void }>()
  #nextId = 1

  constructor(options: SqliteThreadOptions) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./sqlite-thread.${extension}`, import.meta.url), { workerData: options })
    this.#worker.on('message', (reply: SqliteReply) => {
      this.#waiting.get(reply.id)?.resolve(reply)
      this.#waiting.delete(reply.id)
      if (this.#waiting.size === 0) this.#worker.unref()
    })
    this.#worker.on('error', (error) => this.#fail(error as Error))
    this.#worker.on('exit', () => this.#fail(new Error('the database thread has ended')))
    this.#worker.unref()
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const reply = await new Promise<SqliteReply>((resolve, reject) => {
      const request: SqliteRequest = {
        id: this.#nextId++,
        sql: query.sql,
        parameters: query.parameters as readonly SQLInputValue[],
      }
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage(request)
    })
    if ('error' in reply) throw storeError(reply.error)
    return {
      rows: reply.rows as R[],
      numAffectedRows: BigInt(reply.changes),
      insertId: BigInt(reply.lastId),
    }
  }

  // biome-ignore lint/correctness/useYield: streaming is not offered; long reads page by key
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('streaming queries are not supported; page by key')
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

function storeError(error: { message: string; code: string; errcode: number }): Error {
  const cause = Object.assign(new Error(error.message), error)
  const primary = error.errcode & 0xff
  if (primary === SQLITE_FULL || primary === SQLITE_IOERR) {
    return problem('StorageFailed', { reason: error.message }, { cause })
  }
  return cause
}
