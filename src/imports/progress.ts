/** Counters of one import while it runs, and how fast they grow. */
import { addCounts, type RowCounts } from '../store/imports.ts'

const WINDOW_MS = 10_000
const SAMPLE_MS = 500

export interface Progress {
  add(counts: RowCounts): void
  readonly counts: RowCounts
  /** Whether any row was added since it was made. */
  readonly hasGrown: boolean
  /** When rows were last added; 0 = not yet. */
  readonly changedMs: number
  /** Rows a second over the last 10 s. */
  rate(): number
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
  const atStart = rowsOf(counts)
  let samples = [{ atMs: nowMs(), rows: rowsOf(counts) }]

  function sample(): void {
    const atMs = nowMs()
    if (atMs - (samples.at(-1)?.atMs ?? 0) < SAMPLE_MS) return
    samples.push({ atMs, rows: rowsOf(counts) })
    // One sample from before the window stays: the window is measured from it.
    const first = samples.findLastIndex((old) => atMs - old.atMs >= WINDOW_MS)
    if (first > 0) samples = samples.slice(first)
  }

  return {
    add(more) {
      counts = addCounts(counts, more)
      changedMs = now()
      sample()
    },
    get counts() {
      return counts
    },
    get changedMs() {
      return changedMs
    },
    get hasGrown() {
      return rowsOf(counts) > atStart
    },
    rate() {
      sample()
      const first = samples[0] as { atMs: number; rows: number }
      const elapsedMs = nowMs() - first.atMs
      return elapsedMs > 0 ? ((rowsOf(counts) - first.rows) * 1000) / elapsedMs : 0
    },
  }
}

export function rowsOf({ ok, failed, skipped }: RowCounts): number {
  return ok + failed + skipped
}
