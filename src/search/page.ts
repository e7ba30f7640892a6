import { clip, problem } from '../errors.ts'

const DEFAULT_NUM = 10
// docs/reference/limits.md: what the official API allows.
const MAX_NUM = 100
const MAX_START = 499
const MAX_RESULTS = 500

export interface Page {
  readonly num: number
  readonly start: number
}

/** @throws NumInvalid, NumTooLarge, StartInvalid, ResultsBeyondLimit */
export function checkPage({ num = DEFAULT_NUM, start = 0 }: Partial<Page>): Page {
  if (!Number.isInteger(num) || num < 1) throw problem('NumInvalid', { found: clip(num) })
  if (num > MAX_NUM) throw problem('NumTooLarge', { found: num })
  if (!Number.isInteger(start) || start < 0 || start > MAX_START) throw problem('StartInvalid', { found: clip(start) })
  if (start + num > MAX_RESULTS) throw problem('ResultsBeyondLimit', { start, num })
  return { num, start }
}
