/** Images that an import finds as it would make them. */
import { sql } from 'kysely'
import { inBlocks } from './in-blocks.ts'
import type { Trx } from './index.ts'

interface UnchangedRow {
  readonly line: number
  readonly productId: string
  readonly picName: string
  readonly sourceDigest: string
}

/**
 * Notes the lines as those that wrote their images last, where digest and image are there. Where a later line of the
 * same import has said the same already, that line stays.
 *
 * @returns the lines whose image is there with that digest
 */
export async function touchUnchanged(
  trx: Trx,
  instanceId: number,
  importId: number,
  rows: readonly UnchangedRow[],
): Promise<number[]> {
  // `cross join`: key by key through the index of keys.
  const found = await inBlocks(rows, async (block) => {
    const values = sql.join(
      block.map((row) => sql`(${row.productId}, ${row.picName}, ${row.sourceDigest}, ${row.line})`),
    )
    const { rows: images } = await sql<{ id: number; line: number; written: number }>`
      with asked (product_id, pic_name, digest, line) as (values ${values})
      select image.id, asked.line, iif(image.import_id = ${importId}, image.import_line, 0) as written
      from asked cross join image
      where image.instance_id = ${instanceId} and image.product_id = asked.product_id
        and image.pic_name = asked.pic_name and image.source_digest = asked.digest`.execute(trx)
    return images
  })
  const lastLines = new Map<number, number>()
  for (const { id, line, written } of found) lastLines.set(id, Math.max(line, written, lastLines.get(id) ?? 0))
  await inBlocks([...lastLines], async (block) => {
    const values = sql.join(block.map(([id, line]) => sql`(${id}, ${line})`))
    await sql`
      with kept (id, line) as (values ${values})
      update image set import_id = ${importId}, import_line = kept.line from kept where image.id = kept.id`.execute(trx)
    return []
  })
  return found.map(({ line }) => line)
}
