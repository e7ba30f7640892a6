/** Where the time of pictures goes. */
import type { ImportStages } from './imports.ts'

/** Milliseconds of all pictures together. */
export type StageSums = ImportStages

export const NO_STAGES: StageSums = { pictures: 0, readMs: 0, waitMs: 0, decodeMs: 0, embedMs: 0, storeMs: 0 }

/** @param text the column `stages` of an import */
export function readStages(text: string): StageSums {
  return text === '' ? NO_STAGES : JSON.parse(text)
}

export function addStages(a: StageSums, b: StageSums = NO_STAGES): StageSums {
  return {
    pictures: a.pictures + b.pictures,
    readMs: a.readMs + b.readMs,
    waitMs: a.waitMs + b.waitMs,
    decodeMs: a.decodeMs + b.decodeMs,
    embedMs: a.embedMs + b.embedMs,
    storeMs: a.storeMs + b.storeMs,
  }
}

/** @returns undefined when there were no pictures */
export function meanStages({ pictures, ...sums }: StageSums): ImportStages | undefined {
  if (pictures === 0) return undefined
  const mean = (ms: number) => Math.round((ms / pictures) * 10) / 10
  const { readMs, waitMs, decodeMs, embedMs, storeMs } = sums
  return {
    pictures,
    readMs: mean(readMs),
    waitMs: mean(waitMs),
    decodeMs: mean(decodeMs),
    embedMs: mean(embedMs),
    storeMs: mean(storeMs),
  }
}
