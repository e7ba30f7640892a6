/**
 * One SQLite connection in a worker thread: the event loop never waits for the disk.
 *
 * The thread carries out messages in the order they come. Statements are prepared once and kept.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** `undo` takes back what happened since the savepoint. Requests without an id are not answered. */
export type SqliteRequest =
  | { readonly kind: 'query'; readonly id: number; readonly sql: string; readonly parameters: readonly SQLInputValue[] }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'close'; readonly id: number }
  | { readonly kind: 'savepoint' | 'release' | 'undo' }

export interface SqliteFailure {
  readonly message: string
  readonly code: string
  /** SQLite's extended result code; 0 = not SQLite's. */
  readonly errcode: number
}

export interface SqliteResult {
  readonly id: number
  readonly rows: unknown[]
  readonly changes: number
  readonly lastId: number | bigint
}

export type SqliteReply = SqliteResult | { readonly id: number; readonly failure: SqliteFailure }

export interface SqliteThreadOptions {
  readonly file: string
  readonly readOnly: boolean
}

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

const MARKS = {
  savepoint: 'savepoint one_write',
  release: 'release one_write',
  undo: 'rollback to one_write; release one_write',
}
const MAX_STATEMENTS = 256
/** Pages of 4 KiB after which the log is written back into the file: fewer waits for the disk than with 1000. */
const CHECKPOINT_PAGES = 4000
/** The log's file is cut down to this after it has grown (a long read keeps it from being reused). */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024
const CACHE_KIB = 16 * 1024

function serve({ file, readOnly }: SqliteThreadOptions): void {
  const db = new DatabaseSync(file, { readOnly, timeout: 5000 })
  if (!readOnly) {
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
    db.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma journal_size_limit = ${MAX_IDLE_LOG_BYTES}`)
  }
  // Every query has its index; SQLite would rather sort a million rows once than look up some hundreds.
  db.exec(`pragma cache_size = -${CACHE_KIB}; pragma temp_store = memory; pragma automatic_index = off`)

  const prepared = new Map<string, Prepared>()
  /**
   * Why the open transaction is lost. SQLite rolls back by itself when the disk is full, say; what follows would then
   * be committed statement by statement, so everything up to the caller's rollback is refused with the same error.
   */
  let lost: SqliteFailure | undefined

  function prepare(text: string): Prepared {
    const known = prepared.get(text)
    if (known) {
      // Last used goes last, so that the first one is the one to let go.
      prepared.delete(text)
      prepared.set(text, known)
      return known
    }
    const statement = db.prepare(text)
    const made = { statement, returnsRows: statement.columns().length > 0 }
    if (prepared.size >= MAX_STATEMENTS) prepared.delete(prepared.keys().next().value as string)
    prepared.set(text, made)
    return made
  }

  function query(id: number, text: string, parameters: readonly SQLInputValue[]): SqliteReply {
    const wasInTransaction = db.isTransaction
    try {
      const { statement, returnsRows } = prepare(text)
      if (returnsRows) return { id, rows: statement.all(...parameters), changes: 0, lastId: 0 }
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { id, rows: [], changes: Number(changes), lastId: lastInsertRowid }
    } catch (error) {
      const failure = failureOf(error)
      if (wasInTransaction && !db.isTransaction) lost = failure
      return { id, failure }
    }
  }

  function begin(): void {
    if (db.isTransaction) db.exec('rollback')
    db.exec('begin immediate')
  }

  function rollback(): void {
    lost = undefined
    if (db.isTransaction) db.exec('rollback')
  }

  function attempt(id: number, work: () => void): SqliteReply {
    try {
      work()
      return { id, rows: [], changes: 0, lastId: 0 }
    } catch (error) {
      return { id, failure: failureOf(error) }
    }
  }

  function mark(sql: string): void {
    if (lost) return
    try {
      db.exec(sql)
    } catch (error) {
      lost = failureOf(error)
    }
  }

  function answer(request: Extract<SqliteRequest, { id: number }>): SqliteReply {
    const { id } = request
    if (request.kind === 'rollback') return attempt(id, rollback)
    if (request.kind === 'close') return attempt(id, () => db.close())
    if (lost) return { id, failure: lost }
    if (request.kind === 'query') return query(id, request.sql, request.parameters)
    return attempt(id, request.kind === 'begin' ? begin : () => db.exec('commit'))
  }

  parentPort?.on('message', (request: SqliteRequest) => {
    if ('id' in request) parentPort?.postMessage(answer(request))
    else mark(MARKS[request.kind])
  })
}

function failureOf(error: unknown): SqliteFailure {
  const { message, code, errcode } = error as Error & { code?: string; errcode?: number }
  return { message, code: code ?? '', errcode: errcode ?? 0 }
}

if (workerData) serve(workerData as SqliteThreadOptions)
