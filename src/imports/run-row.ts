/** Runs one row that needs a picture: reads it, puts the image, records the outcome with it. */
import { asProblem, SightlineError } from '../errors.ts'
import { LeaseLost, recordRows } from '../store/imports.ts'
import { type ImportRun, LEASE_MS } from './import-run.ts'
import type { PictureRow } from './open-task.ts'
import { countsOf, failedRow, okRow, type RowRecordInput, supersededRow } from './row-outcome.ts'

/** Not the row's fault: the row stays open, and the import tries again later. */
const PASSING: ReadonlySet<string> = new Set(['StorageFailed', 'BucketUnreachable', 'StoppingNow'])

/** @throws what is not the row's fault */
export async function runRow(run: ImportRun, { row, text, task }: PictureRow, signal: AbortSignal): Promise<void> {
  let recorded: RowRecordInput
  try {
    const picture = await run.pictures.read(row.picName, signal)
    recorded = okRow(row)
    await run.images.put(
      run.record.instance_id,
      {
        ...row.fields,
        productId: row.productId,
        picName: row.picName,
        picture: picture.bytes,
        sourceEtag: picture.etag,
        ...(row.categoryId !== undefined && { categoryId: row.categoryId }),
        ...(row.region && { region: row.region }),
        ...(row.crop !== undefined && { crop: row.crop }),
      },
      {
        priority: 'import',
        import: { importId: run.record.id, line: row.line, prediction: run.record.prediction },
        signal,
        alongside: async (trx, outcome) => {
          recorded = outcome === 'superseded' ? supersededRow(row) : okRow(row)
          await recordRows(trx, task.task, [recorded], run.now() + LEASE_MS)
        },
      },
    )
  } catch (error) {
    if (signal.aborted || error instanceof LeaseLost || isPassing(error)) throw error
    if (!(error instanceof SightlineError)) run.log.error({ err: error, line: row.line }, 'row failed unexpectedly')
    recorded = failedRow(row, asProblem(error), text)
    await run.store.write((trx) => recordRows(trx, task.task, [recorded], run.now() + LEASE_MS))
  }
  run.progress.add(countsOf([recorded]))
}

function isPassing(error: unknown): boolean {
  return error instanceof SightlineError && PASSING.has(error.code)
}
