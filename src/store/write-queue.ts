/**
 * Group commit: writes that arrive together share one transaction, so that one wait for the disk serves all of them.
 * Each write has a savepoint of its own: one that throws is undone alone.
 */
import type { Kysely, Transaction } from 'kysely'
import { SightlineError } from '../errors.ts'
import type { Schema } from './schema.ts'

/** Runs while every other write waits: queries only. */
export type Write<T> = (trx: Transaction<Schema>) => Promise<T>

interface Pending {
  readonly write: Write<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Writes in one transaction at most; more would keep the first one waiting too long. */
const MAX_GROUP = 128
/** The driver has one savepoint; the name says so. */
const SAVEPOINT = 'one_write'

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
      this.#running ??= this.#work()
    })
  }

  /** Resolves when nothing is waiting. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #work(): Promise<void> {
    // One turn of the loop, so that writes that became ready together are taken together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) {
      const group = this.#pending.splice(0, MAX_GROUP)
      try {
        for (const settle of await this.#commitGroup(group)) settle()
      } catch (error) {
        // The transaction as a whole failed (disk full, say): nothing of it is stored.
        for (const { reject } of group) reject(error)
      }
    }
    // In the same turn as the check above: a write that comes between would wait for ever.
    this.#running = undefined
  }

  /** @returns what to tell the callers, now that it is on the disk */
  async #commitGroup(group: readonly Pending[]): Promise<(() => void)[]> {
    const trx = await this.#db.startTransaction().execute()
    try {
      const answers: (() => void)[] = []
      for (const { write, resolve, reject } of group) {
        const one = await trx.savepoint(SAVEPOINT).execute()
        try {
          const value = await write(one)
          await one.releaseSavepoint(SAVEPOINT).execute()
          answers.push(() => resolve(value))
        } catch (error) {
          if (isDiskFailure(error)) throw error
          await one.rollbackToSavepoint(SAVEPOINT).execute()
          answers.push(() => reject(error))
        }
      }
      await trx.commit().execute()
      return answers
    } catch (error) {
      // When the thread has died there is nothing to roll back; the reason is the error that is thrown.
      await trx
        .rollback()
        .execute()
        .catch(() => {})
      throw error
    }
  }
}

/** SQLite may have given up the whole transaction: no write of the group can be saved. */
function isDiskFailure(error: unknown): boolean {
  return error instanceof SightlineError && error.code === 'StorageFailed'
}
