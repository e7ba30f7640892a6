/** Runs one row that needs a picture: reads it, puts the image, records the outcome with it. */
import { asProblem, SightlineError } from '../errors.ts'
import { RowSuperseded } from '../store/failed-rows.ts'
import { LeaseLost, type NewRow } from '../store/imports.ts'
import type { Trx } from '../store/index.ts'
import { BUCKET_FAULTS } from './failure-watch.ts'
import type { RowRun } from './import-run.ts'
import type { AddRow } from './manifest-row.ts'
import { failedRow, okRow, supersededRow } from './row-outcome.ts'
import { sourceDigest } from './source-digest.ts'

export interface RowToRun {
  readonly row: AddRow
  /** The line as it stands in the manifest. */
  readonly text: string
  /** Stores the outcome, in the transaction of what the row does. @throws LeaseLost, RowSuperseded */
  record(trx: Trx, outcome: NewRow): Promise<void>
}

/** Not the row's fault: the row stays open, and the import tries again later, or pauses. */
const PASSING: ReadonlySet<string> = new Set(['StorageFailed', 'BucketUnreachable', 'StoppingNow', ...BUCKET_FAULTS])

/** @throws what is not the row's fault */
export async function runRow(run: RowRun, one: RowToRun, signal: AbortSignal): Promise<NewRow> {
  const { row, text } = one
  try {
    return await putImage(run, one, signal)
  } catch (error) {
    if (signal.aborted || error instanceof LeaseLost || isPassing(error)) throw error
    const outcome = error instanceof RowSuperseded ? supersededRow(row, text) : failedRow(row, asProblem(error), text)
    if (outcome.outcome === 'failed' && !(error instanceof SightlineError)) {
      run.log.error({ err: error, line: row.line }, 'row failed unexpectedly')
    }
    await run.store.write((trx) => one.record(trx, outcome))
    return outcome
  }
}

async function putImage(run: RowRun, { row, text, record }: RowToRun, signal: AbortSignal): Promise<NewRow> {
  const startMs = performance.now()
  const picture = await run.pictures.read(row.picName, signal)
  const readMs = performance.now() - startMs
  let recorded = okRow(row)
  const { timings } = await run.images.put(
    run.record.instance_id,
    {
      ...row.fields,
      productId: row.productId,
      picName: row.picName,
      picture: picture.bytes,
      sourceEtag: picture.etag,
      sourceDigest: sourceDigest(run.record.bucket, picture, row),
      ...(row.categoryId !== undefined && { categoryId: row.categoryId }),
      ...(row.region && { region: row.region }),
      ...(row.crop !== undefined && { crop: row.crop }),
    },
    {
      priority: 'import',
      import: { importId: run.record.id, line: row.line, prediction: run.record.prediction },
      signal,
      alongside: async (trx, outcome) => {
        recorded = outcome === 'superseded' ? supersededRow(row, text) : okRow(row)
        await record(trx, recorded)
      },
    },
  )
  const { waitMs, decodeMs, embedMs } = timings
  const storeMs = performance.now() - startMs - readMs - waitMs - decodeMs - embedMs
  run.progress.addPicture({ readMs, waitMs, decodeMs, embedMs, storeMs })
  return recorded
}

export function isPassing(error: unknown): boolean {
  return error instanceof SightlineError && PASSING.has(error.code)
}
