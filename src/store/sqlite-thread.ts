/**
 * One SQLite connection in a worker thread: the event loop never waits for the disk.
 *
 * The thread answers messages in the order they come. Statements are prepared once and kept.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export interface SqliteRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly SQLInputValue[]
}

export type SqliteReply =
  | { readonly id: number; readonly rows: unknown[]; readonly changes: number; readonly lastId: number | bigint }
  | {
      readonly id: number
      readonly error: { readonly message: string; readonly code: string; readonly errcode: number }
    }

export interface SqliteThreadOptions {
  readonly file: string
  readonly readOnly: boolean
}

const MAX_STATEMENTS = 256

function serve(options: SqliteThreadOptions): void {
  const db = new DatabaseSync(options.file, { readOnly: options.readOnly, timeout: 5000 })
  if (!options.readOnly) {
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  }
  db.exec('pragma cache_size = -32768; pragma temp_store = memory')
  const statements = new Map<string, StatementSync>()

  function prepare(sql: string): StatementSync {
    let statement = statements.get(sql)
    if (!statement) {
      statement = db.prepare(sql)
      if (statements.size >= MAX_STATEMENTS) statements.delete(statements.keys().next().value as string)
      statements.set(sql, statement)
    }
    return statement
  }

  parentPort?.on('message', (request: SqliteRequest) => {
    try {
      const statement = prepare(request.sql)
      const returnsRows = statement.columns().length > 0
      const reply: SqliteReply = returnsRows
        ? { id: request.id, rows: statement.all(...request.parameters), changes: 0, lastId: 0 }
        : runStatement(request.id, statement, request.parameters)
      parentPort?.postMessage(reply)
    } catch (error) {
      const { message, code, errcode } = error as Error & { code?: string; errcode?: number }
      const reply: SqliteReply = { id: request.id, error: { message, code: code ?? '', errcode: errcode ?? 0 } }
      parentPort?.postMessage(reply)
    }
  })
  parentPort?.on('close', () => db.close())
}

function runStatement(id: number, statement: StatementSync, parameters: readonly SQLInputValue[]): SqliteReply {
  const { changes, lastInsertRowid } = statement.run(...parameters)
  return { id, rows: [], changes: Number(changes), lastId: lastInsertRowid }
}

if (workerData) serve(workerData as SqliteThreadOptions)
