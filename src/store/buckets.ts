/**
 * Named buckets, as the bucket room asks for them (its `BucketRows`). Engines do not know each other, so the shape is
 * only matched here and checked where the composition root wires both.
 */
import type { Selectable } from 'kysely'
import type { BucketTable, Store } from './index.ts'

interface BucketRow {
  readonly name: string
  readonly driver: BucketTable['driver']
  readonly options: string
  readonly credentials: Uint8Array
  readonly createdMs: number
}

export function bucketRows(store: Store) {
  return {
    async list(): Promise<BucketRow[]> {
      const rows = await store.read.selectFrom('bucket').selectAll().orderBy('name').execute()
      return rows.map(bucketRow)
    },

    async find(name: string): Promise<BucketRow | undefined> {
      const row = await store.read.selectFrom('bucket').selectAll().where('name', '=', name).executeTakeFirst()
      return row && bucketRow(row)
    },

    /** @returns false when the name is taken */
    async insert({ createdMs, ...row }: BucketRow): Promise<boolean> {
      const inserted = await store.write((trx) =>
        trx
          .insertInto('bucket')
          .values({ ...row, created_at: createdMs })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst(),
      )
      return inserted !== undefined
    },

    /** @returns false when there is no such bucket */
    async setCredentials(name: string, credentials: Uint8Array): Promise<boolean> {
      const updated = await store.write((trx) =>
        trx.updateTable('bucket').set({ credentials }).where('name', '=', name).returning('id').executeTakeFirst(),
      )
      return updated !== undefined
    },

    /** Removes the row, unless an import that has not ended reads the bucket. */
    remove(name: string): Promise<'removed' | 'missing' | { readonly usedByImport: number }> {
      return store.write(async (trx) => {
        const reader = await trx
          .selectFrom('import')
          .select('id')
          .where('bucket', '=', name)
          .where('state', 'in', ['queued', 'running', 'paused'])
          .executeTakeFirst()
        if (reader) return { usedByImport: reader.id }
        const deleted = await trx.deleteFrom('bucket').where('name', '=', name).returning('id').executeTakeFirst()
        return deleted ? 'removed' : 'missing'
      })
    },
  }
}

function bucketRow({ name, driver, options, credentials, created_at }: Selectable<BucketTable>): BucketRow {
  return { name, driver, options, credentials, createdMs: created_at }
}
