/**
 * Runs the failed rows of an import again, from the lines that were kept with them: the manifest is not needed any
 * more. The rows themselves are the ledger, each knows the attempt that ran it last.
 */
import { listRowsToRetry, recordRetried } from '../store/failed-rows.ts'
import { LeaseLost, type NewRow, type RowCounts, type RowRecord } from '../store/imports.ts'
import type { Trx } from '../store/index.ts'
import { forEachParallel } from './for-each-parallel.ts'
import type { RowRun } from './import-run.ts'
import { type DeleteRow, parseRow } from './manifest-row.ts'
import { failedRow, okRow, supersededRow } from './row-outcome.ts'
import { runRow } from './run-row.ts'

const PAGE = 256

/** Resolves when every failed row was run once more, or when the signal is aborted and no row is in work any more. */
export function retryImport(run: RowRun, stop: AbortSignal): Promise<void> {
  return forEachParallel(
    run.parallel,
    stop,
    () => rowsToRetry(run),
    (row, signal) => retryRow(run, row, signal),
  )
}

async function* rowsToRetry({ store, record }: RowRun): AsyncGenerator<RowRecord> {
  for (let afterLine = 0; ; ) {
    const page = await listRowsToRetry(store.read, record, { afterLine, limit: PAGE })
    yield* page
    if (page.length < PAGE) return
    afterLine = page.at(-1)?.line as number
  }
}

async function retryRow(run: RowRun, failed: RowRecord, signal: AbortSignal): Promise<void> {
  const { line, text } = failed
  const row = parseRow(text, line)
  const counted: { change?: RowCounts } = {}
  const record = async (trx: Trx, outcome: NewRow): Promise<void> => {
    counted.change = await recordRetried(trx, run.record, outcome, run.now())
  }
  const settle = (outcome: NewRow): Promise<void> => run.store.write((trx) => record(trx, outcome))

  try {
    if (failed.is_superseded === 1) await settle(supersededRow(row, text))
    else if (row.operation === 'NONE') await settle(failedRow(row, row.error, text))
    else if (row.operation === 'DELETE') await deleteAgain(run, row, record, signal)
    else await runRow(run, { row, text, record }, signal)
  } catch (error) {
    // It was run, but the answer was lost when the attempt was interrupted.
    if (!(error instanceof LeaseLost)) throw error
  }
  if (counted.change) run.progress.add(counted.change, 1)
}

/** A line that could not be read once, and now can. */
async function deleteAgain(
  { images, record: { id, instance_id } }: RowRun,
  row: DeleteRow,
  record: (trx: Trx, outcome: NewRow) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { line } = row
  await images.remove(instance_id, row, {
    priority: 'import',
    import: { importId: id, line, prediction: '' },
    alongside: (trx) => record(trx, okRow(row)),
    signal,
  })
}
