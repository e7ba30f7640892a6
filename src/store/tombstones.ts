/** What deletes of an import leave behind: an earlier line must not bring the image back. */
import type { ImageKeyColumns } from './images.ts'
import { inBlocks } from './in-blocks.ts'
import type { Trx } from './index.ts'

/** The latest line of this import that deleted the picture or its product; 0 = none. */
export async function tombstoneLine(trx: Trx, importId: number, key: ImageKeyColumns): Promise<number> {
  const row = await trx
    .selectFrom('import_tombstone')
    .select((eb) => eb.fn.max('line').as('line'))
    .where('import_id', '=', importId)
    .where('product_id', '=', key.productId)
    .where('pic_name', 'in', ['', key.picName])
    .executeTakeFirst()
  return row?.line ?? 0
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
