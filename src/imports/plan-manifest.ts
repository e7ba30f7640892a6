/**
 * Cuts the manifest into tasks, ahead of the rows: its size does not matter, and the number of lines is known early.
 */
import { planSlices, type TaskSlice } from '../store/imports.ts'
import { type ImportRun, isPlanned } from './import-run.ts'
import { readManifest } from './manifest.ts'
import { cutSlices } from './manifest-slices.ts'

/** Bytes of the manifest that are planned in one transaction: some hundred tasks. */
const RANGE_BYTES = 4 * 1024 * 1024

/**
 * Goes on where the record says that planning has come to. Position and tasks are written together: a crash repeats
 * at most what was not written.
 *
 * @param onTasks called when there are new tasks
 */
export async function planManifest(run: ImportRun, onTasks: () => void, signal: AbortSignal): Promise<void> {
  const { record, manifest } = run
  if (isPlanned(record)) return
  const cutter = cutSlices({ byte: record.planned_bytes, line: record.planned_lines + 1 })
  for (let start = record.planned_bytes; start < manifest.sizeBytes && !signal.aborted; start += RANGE_BYTES) {
    const end = Math.min(start + RANGE_BYTES, manifest.sizeBytes)
    const slices: TaskSlice[] = []
    for await (const chunk of readManifest(manifest, { start, end }, signal)) slices.push(...cutter.push(chunk))
    const last = end === manifest.sizeBytes ? cutter.end() : undefined
    if (last) slices.push(last)
    await plan(run, slices)
    onTasks()
  }
}

async function plan({ store, record }: ImportRun, slices: readonly TaskSlice[]): Promise<void> {
  const last = slices.at(-1)
  if (!last) return
  await store.write((trx) => planSlices(trx, record.id, slices))
  record.planned_bytes = last.end
  record.planned_lines = last.firstLine + last.lines - 1
}
