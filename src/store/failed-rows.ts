/**
 * Failed rows of imports after their import: they are run again, unless something later has spoken for their picture.
 *
 * Every write and delete of a picture marks the failed rows of its key that count as earlier. So a retry never undoes
 * what a later line, a later import or a caller has done since, whatever the clocks say.
 */
import { sql } from 'kysely'
import type { ImageKeyColumns } from './images.ts'
import {
  countMore,
  findImport,
  type ImportRecord,
  LeaseLost,
  type NewRow,
  type RowCounts,
  type RowRecord,
} from './imports.ts'
import { inBlocks } from './in-blocks.ts'
import type { Db, ImportState, Trx } from './index.ts'
import { tombstoneLines } from './tombstones.ts'

/** A picture, or the whole product when picName is absent. */
interface Key {
  readonly productId: string
  readonly picName?: string
}

/**
 * Marks the failed rows of keys that were written or deleted.
 *
 * @param keys with `line`: by that line of `importId`, which is later than lines before it and than earlier imports;
 * without: by a caller, who is later than all
 */
export async function supersedeFailedRows(
  trx: Trx,
  instanceId: number,
  keys: readonly (Key & { readonly line?: number })[],
  importId = 0,
): Promise<void> {
  await inBlocks(keys, async (block) => {
    const values = sql.join(block.map((key) => sql`(${key.productId}, ${key.picName ?? null}, ${key.line ?? null})`))
    // `cross join`: key by key through the index of failed rows, which holds no others.
    await sql`
      update import_row set is_superseded = 1 where (import_id, line) in (
        with written (product_id, pic_name, line) as (values ${values})
        select row.import_id, row.line
        from written cross join import_row as row
        where row.outcome = 'failed' and row.is_superseded = 0 and row.product_id = written.product_id
          and (written.pic_name is null or row.pic_name = written.pic_name)
          and (written.line is null or row.import_id < ${importId}
            or (row.import_id = ${importId} and row.line < written.line))
          and (select instance_id from import where id = row.import_id) = ${instanceId})`.execute(trx)
    return []
  })
}

/** Whether a later line of the same import has written or deleted the picture of a row that fails now. */
export async function isSpokenFor(
  trx: Trx,
  key: ImageKeyColumns,
  { importId, line }: { importId: number; line: number },
): Promise<boolean> {
  const later = await trx
    .selectFrom('image')
    .select('id')
    .where('instance_id', '=', key.instanceId)
    .where('product_id', '=', key.productId)
    .where('pic_name', '=', key.picName)
    .where('import_id', '=', importId)
    .where('import_line', '>', line)
    .executeTakeFirst()
  if (later) return true
  const [deleted = 0] = await tombstoneLines(trx, importId, [key])
  return deleted > line
}

/** Begins the next attempt on the failed rows. @returns undefined when the import has not ended, or was a dry run */
export async function beginRetry(trx: Trx, id: number, nowMs: number): Promise<ImportRecord | undefined> {
  const row = await findImport(trx, id)
  if (!row || !ENDED.has(row.state) || row.is_dry_run === 1) return undefined
  return trx
    .updateTable('import')
    .set({
      state: 'running',
      retry_from: row.state,
      attempt: row.attempt + 1,
      started_at: nowMs,
      modified_at: nowMs,
      finished_at: 0,
      // Why the import failed stays; why an earlier retry ended early does not.
      ...(row.state !== 'failed' && { code: '', message: '' }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const ENDED: ReadonlySet<ImportState> = new Set(['done', 'failed', 'cancelled'])

function rowsToRetry(db: Db, { id, attempt }: Pick<ImportRecord, 'id' | 'attempt'>) {
  return db
    .selectFrom('import_row')
    .where('import_id', '=', id)
    .where('outcome', '=', 'failed')
    .where('attempt', '<', attempt)
    .where('text', '<>', '')
}

/** Failed rows that this attempt has not run yet; lines that could not be kept are none. */
export async function countRowsToRetry(db: Db, record: Pick<ImportRecord, 'id' | 'attempt'>): Promise<number> {
  const { count } = await rowsToRetry(db, record)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Pages of them in order of line. */
export function listRowsToRetry(
  db: Db,
  record: Pick<ImportRecord, 'id' | 'attempt'>,
  page: { afterLine: number; limit: number },
): Promise<RowRecord[]> {
  return rowsToRetry(db, record)
    .selectAll()
    .where('line', '>', page.afterLine)
    .orderBy('line')
    .limit(page.limit)
    .execute()
}

/** The row must not be written any more: what was written in the transaction must be undone. */
export class RowSuperseded extends Error {
  override readonly name = 'RowSuperseded'
}

/**
 * Replaces the outcome of a failed row by that of this attempt, and counts it.
 *
 * @returns by how much the counters have changed
 * @throws LeaseLost when the attempt has run the row already, RowSuperseded when it is ok but must not be
 */
export async function recordRetried(
  trx: Trx,
  { id, attempt }: Pick<ImportRecord, 'id' | 'attempt'>,
  row: NewRow,
  nowMs: number,
): Promise<RowCounts> {
  const before = await trx
    .selectFrom('import_row')
    .select(['code', 'is_superseded'])
    .where('import_id', '=', id)
    .where('line', '=', row.line)
    .where('outcome', '=', 'failed')
    .where('attempt', '<', attempt)
    .executeTakeFirst()
  if (!before) throw new LeaseLost(`line ${row.line} of import ${id} has been retried already`)
  if (row.outcome === 'ok') {
    if (before.is_superseded === 1) throw new RowSuperseded()
    await trx.deleteFrom('import_row').where('import_id', '=', id).where('line', '=', row.line).execute()
  } else {
    await trx
      .updateTable('import_row')
      .set({ ...row, attempt })
      .where('import_id', '=', id)
      .where('line', '=', row.line)
      .execute()
  }
  const change = retriedCounts(before.code, row)
  await countMore(trx, id, change, nowMs)
  return change
}

function retriedCounts(codeBefore: string, { outcome, code }: NewRow): RowCounts {
  const counts = { ok: 0, failed: -1, skipped: 0, causes: { [codeBefore]: -1 } as Record<string, number> }
  counts[outcome]++
  if (outcome !== 'ok') counts.causes[code] = (counts.causes[code] ?? 0) + 1
  return counts
}
