/** What deletes of an import leave behind: an earlier line must not bring the image back. */
import { sql } from 'kysely'
import type { ImageKeyColumns } from './images.ts'
import { inBlocks } from './in-blocks.ts'
import type { Trx } from './index.ts'

/** The latest line of this import that deleted the picture or its product, for each key; 0 = none. */
export async function tombstoneLines(
  trx: Trx,
  importId: number,
  keys: readonly Omit<ImageKeyColumns, 'instanceId'>[],
): Promise<number[]> {
  return inBlocks(keys, async (block) => {
    const values = sql.join(block.map((key, i) => sql`(${i}, ${key.productId}, ${key.picName})`))
    const { rows } = await sql<{ i: number; line: number }>`
      with asked (i, product_id, pic_name) as (values ${values})
      select asked.i, max(tombstone.line) as line
      from asked cross join import_tombstone as tombstone
      where tombstone.import_id = ${importId} and tombstone.product_id = asked.product_id
        and tombstone.pic_name in ('', asked.pic_name)
      group by asked.i`.execute(trx)
    const lines = new Map(rows.map(({ i, line }) => [i, line]))
    return block.map((_, i) => lines.get(i) ?? 0)
  })
}

/** Leaves tombstones; of two for the same key the later line counts. `picName` '' = the whole product. */
export async function leaveTombstones(
  trx: Trx,
  importId: number,
  keys: readonly { readonly productId: string; readonly picName?: string; readonly line: number }[],
): Promise<void> {
  await inBlocks(keys, (block) =>
    trx
      .insertInto('import_tombstone')
      .values(
        block.map((key) => ({
          import_id: importId,
          product_id: key.productId,
          pic_name: key.picName ?? '',
          line: key.line,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['import_id', 'product_id', 'pic_name']).doUpdateSet((eb) => ({
          line: eb
            .case()
            .when('excluded.line', '>', eb.ref('import_tombstone.line'))
            .then(eb.ref('excluded.line'))
            .else(eb.ref('import_tombstone.line'))
            .end(),
        })),
      )
      .execute(),
  )
}
