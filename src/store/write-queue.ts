/**
 * Group commit: writes that arrive together share one transaction, so that one wait for the disk serves all of them.
 * Each write has a savepoint of its own: one that throws is undone alone.
 */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'

export type Write<T> = (trx: Transaction<Schema>) => Promise<T>

interface Pending {
  readonly write: Write<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Writes in one transaction at most; more would keep the first one waiting too long. */
const MAX_GROUP = 128

export class WriteQueue {
  readonly #db: Kysely<Schema>
  #pending: Pending[] = []
  #running: Promise<void> | undefined

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Runs `write` in a transaction; resolves with its result when that is on the disk. */
  run<T>(write: Write<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ write, resolve: resolve as (value: unknown) => void, reject })
      this.#running ??= this.#work().finally(() => {
        this.#running = undefined
      })
    })
  }

  /** Resolves when nothing is waiting. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #work(): Promise<void> {
    // One turn of the loop, so that writes that became ready together are taken together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) await this.#commitGroup(this.#pending.splice(0, MAX_GROUP))
  }

  async #commitGroup(group: Pending[]): Promise<void> {
    const done: { pending: Pending; value: unknown }[] = []
    try {
      await this.#db.transaction().execute(async (trx) => {
        for (const pending of group) {
          await sql`savepoint one_write`.execute(trx)
          try {
            const value = await pending.write(trx)
            await sql`release one_write`.execute(trx)
            done.push({ pending, value })
          } catch (error) {
            await sql`rollback to one_write`.execute(trx)
            await sql`release one_write`.execute(trx)
            pending.reject(error)
          }
        }
      })
    } catch (error) {
      // The transaction as a whole failed (disk full, say): nothing of it is stored. Rejecting twice does nothing.
      for (const { reject } of group) reject(error)
      return
    }
    for (const { pending, value } of done) pending.resolve(value)
  }
}
