/** Counters of one import while it runs, and how fast they grow. */
import { addCounts, type RowCounts } from '../store/imports.ts'
import { addStages, NO_STAGES, type StageSums } from './stages.ts'

const WINDOW_MS = 10_000
const SAMPLE_MS = 500

export interface Progress {
  /** @param rows how many were run; default: as many as are counted */
  add(counts: RowCounts, rows?: number): void
  readonly counts: RowCounts
  /** Rows run since it was made. */
  readonly rows: number
  /** When rows were last added; 0 = not yet. */
  readonly changedMs: number
  /** Rows a second over the last 10 s. */
  rate(): number
  /** Adds where the time of one picture went. */
  addPicture(times: Omit<StageSums, 'pictures'>): void
  /** Sums since it was made or they were last taken. */
  readonly stages: StageSums
  takeStages(): StageSums
}

/**
 * @param now the time of day
 * @param nowMs a clock that never goes back, for the rate
 */
export function createProgress(
  counts: RowCounts,
  now: () => number,
  nowMs: () => number = () => performance.now(),
): Progress {
  let changedMs = 0
  let rows = 0
  let stages = NO_STAGES
  let samples = [{ atMs: nowMs(), rows }]

  function sample(): void {
    const atMs = nowMs()
    if (atMs - (samples.at(-1)?.atMs ?? 0) < SAMPLE_MS) return
    samples.push({ atMs, rows })
    // One sample from before the window stays: the window is measured from it.
    const first = samples.findLastIndex((old) => atMs - old.atMs >= WINDOW_MS)
    if (first > 0) samples = samples.slice(first)
  }

  return {
    add(more, moreRows = rowsOf(more)) {
      counts = addCounts(counts, more)
      rows += moreRows
      changedMs = now()
      sample()
    },
    get counts() {
      return counts
    },
    get changedMs() {
      return changedMs
    },
    get rows() {
      return rows
    },
    addPicture(times) {
      stages = addStages(stages, { ...times, pictures: 1 })
    },
    get stages() {
      return stages
    },
    takeStages() {
      const taken = stages
      stages = NO_STAGES
      return taken
    },
    rate() {
      sample()
      const first = samples[0] as { atMs: number; rows: number }
      const elapsedMs = nowMs() - first.atMs
      return elapsedMs > 0 ? ((rows - first.rows) * 1000) / elapsedMs : 0
    },
  }
}

export function rowsOf({ ok, failed, skipped }: RowCounts): number {
  return ok + failed + skipped
}
