/**
 * One writer per table: what arrives while a commit runs goes into the next one together, the last write of an id
 * wins. A commit costs the same for 1 row and for 64, and every commit makes the next searches slower until upkeep.
 */
import type { MergeInsertBuilder, Table } from '@lancedb/lancedb'
import type { Schema } from 'apache-arrow'
import type { IndexRow } from '../port.ts'
import { createTurns } from '../turns.ts'
import { retryConflicts } from './conflicts.ts'
import { tableOf } from './rows.ts'
import { idsSql } from './sql.ts'

/** Rows of one commit at most: 2 MB of vectors, copied on the event loop in about 2 ms. */
const MAX_ROWS = 2000

/** `undefined` = the row is removed. */
type Changes = ReadonlyMap<number, IndexRow | undefined>

interface Waiting {
  readonly changes: Changes
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class CommitQueue {
  readonly #table: Table
  readonly #schema: Schema
  /** Runs a task while no commit runs; commits that come meanwhile wait. */
  readonly exclusively = createTurns()
  #waiting: Waiting[] = []
  #commits = 0

  constructor(table: Table, schema: Schema) {
    this.#table = table
    this.#schema = schema
  }

  /** Commits since the table was opened. */
  get commits(): number {
    return this.#commits
  }

  /** Resolves when the changes are durable and searchable. */
  write(changes: Changes): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject })
      if (this.#waiting.length === 1) void this.exclusively(() => this.#commitWaiting())
    })
  }

  async #commitWaiting(): Promise<void> {
    const group = this.#waiting
    this.#waiting = []
    try {
      await this.#commit(new Map(group.flatMap(({ changes }) => [...changes])))
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  async #commit(changes: Changes): Promise<void> {
    const rows: IndexRow[] = []
    const removed: number[] = []
    for (const [id, row] of changes) {
      if (row) rows.push(row)
      else removed.push(id)
    }
    for (let from = 0; from < rows.length; from += MAX_ROWS) {
      const batch = tableOf(this.#schema, rows.slice(from, from + MAX_ROWS))
      await this.#run(() => this.#upsertById().execute(batch))
    }
    for (let from = 0; from < removed.length; from += MAX_ROWS) {
      const ids = idsSql(removed.slice(from, from + MAX_ROWS))
      await this.#run(() => this.#table.delete(ids))
    }
  }

  #upsertById(): MergeInsertBuilder {
    return this.#table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll()
  }

  async #run(commit: () => Promise<unknown>): Promise<void> {
    await retryConflicts(commit)
    this.#commits++
  }
}
