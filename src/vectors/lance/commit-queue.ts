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
  /** No row of the table has a higher id. */
  #highestId: number
  /** Runs a task while no commit runs; commits that come meanwhile wait. */
  readonly exclusively = createTurns()
  #waiting: Waiting[] = []
  #commits = 0

  private constructor(table: Table, schema: Schema, highestId: number) {
    this.#table = table
    this.#schema = schema
    this.#highestId = highestId
  }

  static async open(table: Table, schema: Schema): Promise<CommitQueue> {
    const [last] = await table.query().select(['id']).orderBy({ columnName: 'id', ascending: false }).limit(1).toArray()
    return new CommitQueue(table, schema, Number(last?.id ?? -1))
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
    const fresh: IndexRow[] = []
    const changed: IndexRow[] = []
    const removed: number[] = []
    for (const [id, row] of changes) {
      if (!row) removed.push(id)
      else if (id > this.#highestId) fresh.push(row)
      else changed.push(row)
    }
    // Before the commit: if its answer gets lost, the next try must look the rows up instead of adding them twice.
    for (const { id } of fresh) this.#highestId = Math.max(this.#highestId, id)
    for (const rows of inBlocks(fresh)) {
      const batch = tableOf(this.#schema, rows)
      await this.#run(() => this.#table.add(batch))
    }
    for (const rows of inBlocks(changed)) {
      const batch = tableOf(this.#schema, rows)
      await this.#run(() => this.#upsertById().execute(batch))
    }
    for (const ids of inBlocks(removed)) await this.#run(() => this.#table.delete(idsSql(ids)))
  }

  #upsertById(): MergeInsertBuilder {
    return this.#table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll()
  }

  async #run(commit: () => Promise<unknown>): Promise<void> {
    await retryConflicts(commit)
    this.#commits++
  }
}

function inBlocks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / MAX_ROWS) }, (_, i) =>
    list.slice(i * MAX_ROWS, (i + 1) * MAX_ROWS),
  )
}
