/**
 * A connection whose queries are messages to {@link file://./sqlite-thread.ts}, as Kysely wants it.
 */
import type { SQLInputValue } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { problem } from '../errors.ts'
import type { SqliteFailure, SqliteReply, SqliteRequest, SqliteResult, SqliteThreadOptions } from './sqlite-thread.ts'

// https://sqlite.org/rescode.html
const SQLITE_IOERR = 10
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14

type Answered = Extract<SqliteRequest, { id: number }>

interface Waiting {
  readonly resolve: (reply: SqliteReply) => void
  readonly reject: (error: Error) => void
}

export class SqliteConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #death: Error | undefined

  constructor(options: SqliteThreadOptions) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./sqlite-thread.${extension}`, import.meta.url), { workerData: options })
    this.#worker.on('message', (reply: SqliteReply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if (this.#waiting.size === 0) this.#worker.unref()
      waiting?.resolve(reply)
    })
    this.#worker.on('error', (error) => this.#die(storeError(error as Error & Partial<SqliteFailure>)))
    this.#worker.on('exit', () => this.#die(problem('StorageFailed', { reason: 'the database thread has ended' })))
    this.#worker.unref()
  }

  /** true = the thread has died; whoever needs a connection makes another. */
  get isDead(): boolean {
    return this.#death !== undefined
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const reply = await this.#ask({
      kind: 'query',
      id: this.#nextId++,
      sql: query.sql,
      parameters: query.parameters as readonly SQLInputValue[],
    })
    return { rows: reply.rows as R[], numAffectedRows: BigInt(reply.changes), insertId: BigInt(reply.lastId) }
  }

  // biome-ignore lint/correctness/useYield: streaming is not offered; long reads page by key
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('streaming queries are not supported; page by key')
  }

  async control(kind: 'begin' | 'commit' | 'rollback'): Promise<void> {
    await this.#ask({ kind, id: this.#nextId++ })
  }

  /** Sends without waiting: a failure comes back with the next query or the commit. */
  mark(kind: 'savepoint' | 'release' | 'undo'): void {
    if (this.#death) throw this.#death
    this.#worker.postMessage({ kind } satisfies SqliteRequest)
  }

  async close(): Promise<void> {
    if (!this.#death) await this.#ask({ kind: 'close', id: this.#nextId++ })
    await this.#worker.terminate()
  }

  async #ask(request: Answered): Promise<SqliteResult> {
    if (this.#death) throw this.#death
    const reply = await new Promise<SqliteReply>((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.postMessage(request)
    })
    if ('failure' in reply) throw storeError(Object.assign(new Error(reply.failure.message), reply.failure))
    return reply
  }

  #die(error: Error): void {
    this.#death ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

function storeError(cause: Error & Partial<SqliteFailure>): Error {
  const primary = (cause.errcode ?? 0) & 0xff
  const isDisk = primary === SQLITE_FULL || primary === SQLITE_IOERR || primary === SQLITE_CANTOPEN
  return isDisk ? problem('StorageFailed', { reason: cause.message }, { cause }) : cause
}
