/**
 * Opens a task: reads and parses its lines, settles at once in one transaction all that need no picture, and leaves
 * the rest to be run.
 */
import { problem } from '../errors.ts'
import { isSpokenFor } from '../store/failed-rows.ts'
import { finishTask, type NewRow, recordedLines, recordRows, type Task, unrecordedCounts } from '../store/imports.ts'
import type { Trx } from '../store/index.ts'
import { type ImportRun, importOptions, LEASE_MS } from './import-run.ts'
import { readManifest } from './manifest.ts'
import { readLines } from './manifest-lines.ts'
import type { AddRow, DeleteRow } from './manifest-row.ts'
import { type ReadRow, readRow } from './read-row.ts'
import { countsOf, failedRow, okRow } from './row-outcome.ts'
import type { RowToRun } from './run-row.ts'
import { skipUnchanged } from './skip-unchanged.ts'
import { surveyTask } from './survey-task.ts'

export interface PictureRow extends RowToRun {
  readonly task: OpenTask
}

/** A task some of whose rows are still to be run. */
export interface OpenTask {
  readonly task: Task
  readonly rows: readonly PictureRow[]
  /** Lines that are only counted, by reason. */
  readonly passedOver: Readonly<Record<string, number>>
  /** Rows without an outcome. */
  open: number
}

/** @returns a task without rows when it is finished already */
export async function openTask(run: ImportRun, task: Task, signal: AbortSignal): Promise<OpenTask> {
  const lines = await readSlice(run, task, signal)
  if (run.surveyor) {
    await surveyTask(run, run.surveyor, task, lines, signal)
    return { task, rows: [], passedOver: {}, open: 0 }
  }
  const isSkipping = importOptions(run.record).skipUnchanged
  const adds = isSkipping ? await skipUnchanged(run, lines.adds, signal) : lines.adds
  const unchanged = lines.adds.length - adds.length
  const passedOver = { ...(lines.blank > 0 && { blank: lines.blank }), ...(unchanged > 0 && { unchanged }) }
  const rows: PictureRow[] = []
  const opened: OpenTask = { task, rows, passedOver, open: adds.length }
  for (const { row, text } of adds) {
    const record = (trx: Trx, outcome: NewRow) => recordRow(run, task, row, outcome, trx)
    rows.push({ row, text, task: opened, record })
  }
  await settle(run, opened, lines)
  return opened
}

async function recordRow(run: ImportRun, task: Task, row: AddRow, outcome: NewRow, trx: Trx): Promise<void> {
  const { id, instance_id: instanceId } = run.record
  const isFailed = outcome.outcome === 'failed'
  const isSuperseded = isFailed && (await isSpokenFor(trx, { instanceId, ...row }, { importId: id, line: row.line }))
  await recordRows(trx, task, [{ ...outcome, is_superseded: isSuperseded ? 1 : 0 }], run.now() + LEASE_MS)
}

/** Called when the last row of a task has its outcome. */
export async function closeTask(run: ImportRun, { task, passedOver }: OpenTask): Promise<void> {
  const unrecorded = { ok: 0, skipped: passedOver }
  await run.store.write((trx) => finishTask(trx, task, unrecorded, run.now()))
  run.progress.add(unrecordedCounts(unrecorded))
}

export interface SliceLines {
  readonly adds: { readonly row: AddRow; readonly text: string }[]
  readonly deletes: DeleteRow[]
  readonly failed: NewRow[]
  blank: number
}

async function readSlice(run: ImportRun, task: Task, signal: AbortSignal): Promise<SliceLines> {
  const recorded = task.attempt > 1 ? await recordedLines(run.store.read, task) : new Set<number>()
  const lines: SliceLines = { adds: [], deletes: [], failed: [], blank: 0 }
  const last = task.firstLine + task.lines - 1
  let seen = 0
  for await (const line of readLines(readManifest(run.manifest, task, signal), task.firstLine)) {
    seen++
    if (!recorded.has(line.line)) sortRow(lines, readRow(line))
    // The rest of a last line that is too long need not be read.
    if (line.line === last) break
  }
  if (seen !== task.lines) throw problem('ManifestChanged', { key: run.manifest.key })
  return lines
}

function sortRow(lines: SliceLines, read: ReadRow | undefined): void {
  if (!read) {
    lines.blank++
    return
  }
  const { row, text } = read
  if (row.operation === 'ADD') lines.adds.push({ row, text })
  else if (row.operation === 'DELETE') lines.deletes.push(row)
  else lines.failed.push(failedRow(row, row.error, text))
}

/** Failed rows and deletes, and the task itself when there is nothing else in it. */
async function settle(run: ImportRun, { task, open, passedOver }: OpenTask, lines: SliceLines): Promise<void> {
  const { deletes, failed } = lines
  const isWhole = open === 0
  // Rows that are finished in the transaction that counts them need no outcome in between.
  const recorded = isWhole ? failed : [...failed, ...deletes.map(okRow)]
  const unrecorded = { ok: isWhole ? deletes.length : 0, skipped: isWhole ? passedOver : {} }

  async function record(trx: Trx): Promise<void> {
    await recordRows(trx, task, recorded, run.now() + LEASE_MS)
    if (isWhole) await finishTask(trx, task, unrecorded, run.now())
  }
  if (deletes.length > 0) {
    const { id, instance_id } = run.record
    await run.images.removeMany(instance_id, deletes, { importId: id, alongside: record })
  } else if (recorded.length > 0 || isWhole) await run.store.write(record)

  run.progress.add(countsOf(recorded))
  run.progress.add(unrecordedCounts(unrecorded))
}
