/**
 * A dry run's way with a task: every row is checked as far as that goes without looking at its picture, and nothing is
 * written but what was found. The pictures of the first rows are read and embedded all the same, to learn how long an
 * import would take.
 */
import { asProblem, type SightlineError } from '../errors.ts'
import type { Instance } from '../instances/index.ts'
import { countStoredKeys } from '../store/images.ts'
import { addSurvey, finishTask, type NewRow, recordRows, type Task } from '../store/imports.ts'
import { PICTURE_RULES, type Vision } from '../vision/index.ts'
import { type ImportRun, LEASE_MS } from './import-run.ts'
import type { AddRow } from './manifest-row.ts'
import type { SliceLines } from './open-task.ts'
import type { PictureSource } from './read-picture.ts'
import { countsOf, failedRow } from './row-outcome.ts'
import { isPassing } from './run-row.ts'

/** Pictures that are timed, a few for each worker. */
const SAMPLE = 16

export interface Surveyor {
  /** What the row would fail with, as far as listing and the role tell. */
  check(row: AddRow, signal: AbortSignal): Promise<SightlineError | undefined>
  /** Pictures a second that these rows' are read and embedded with; 0 = not measured, for it was before. */
  measure(rows: readonly AddRow[], signal: AbortSignal): Promise<number>
}

export function createSurveyor(
  instance: Instance,
  vision: Pick<Vision, 'analyse'>,
  pictures: PictureSource,
  isMeasured: boolean,
): Surveyor {
  const rules = PICTURE_RULES[instance.pictureRules]

  async function analyse({ picName, region, crop }: AddRow, signal: AbortSignal): Promise<void> {
    const { bytes } = await pictures.read(picName, signal)
    const box = { ...(region && { region }), ...(crop !== undefined && { crop }) }
    await vision.analyse(bytes, { rules, priority: 'import', thumbnail: instance.thumbnails, ...box, signal })
  }

  return {
    async check({ picName }, signal) {
      try {
        await pictures.check(picName, rules.maxBytes, signal)
        return undefined
      } catch (error) {
        if (signal.aborted || isPassing(error)) throw error
        return asProblem(error)
      }
    },
    async measure(rows, signal) {
      const sample = rows.slice(0, SAMPLE)
      if (isMeasured || sample.length === 0) return 0
      isMeasured = true
      const startMs = performance.now()
      // A picture that cannot be used takes its time, too.
      await Promise.allSettled(sample.map((row) => analyse(row, signal)))
      return (sample.length * 1000) / (performance.now() - startMs)
    },
  }
}

export async function surveyTask(
  run: ImportRun,
  surveyor: Surveyor,
  task: Task,
  lines: SliceLines,
  signal: AbortSignal,
): Promise<void> {
  const { store, record } = run
  const found: AddRow[] = []
  const failed: NewRow[] = [...lines.failed]
  for (const { row, text } of lines.adds) {
    const error = await surveyor.check(row, signal)
    if (error) failed.push(failedRow(row, error, text))
    else found.push(row)
  }
  const survey = {
    pictures: found.length,
    newImages: found.length - (await countStoredKeys(store.read, record.instance_id, found)),
    rowsASecond: await surveyor.measure(found, signal),
  }
  signal.throwIfAborted()
  const ok = found.length + lines.deletes.length
  const skipped: Record<string, number> = lines.blank > 0 ? { blank: lines.blank } : {}
  await store.write(async (trx) => {
    await recordRows(trx, task, failed, run.now() + LEASE_MS)
    await addSurvey(trx, record.id, survey)
    await finishTask(trx, task, { ok, skipped }, run.now())
  })
  const counts = countsOf(failed)
  run.progress.add({ ...counts, ok, skipped: lines.blank, causes: { ...counts.causes, ...skipped } })
}
