/** Sees early that nearly all rows fail for one reason that is none of the rows'. */
import { problem } from '../errors.ts'
import type { NewRow } from '../store/imports.ts'

/** Fewer rows are no proof. */
const MIN_ROWS = 200
const MIN_SHARE = 0.95

/** A wrong role, path or bucket, or no room: the next rows will fail with the same. */
const SYSTEMIC: ReadonlySet<string> = new Set([
  'RowNotPermitted',
  'RowObjectMissing',
  'ObjectNotReadable',
  'ObjectDamaged',
  'BucketAddressPrivate',
  'InstanceFull',
])

/** The bucket as a whole cannot be read until somebody mends it: no row fails for it, the import pauses. */
export const BUCKET_FAULTS: ReadonlySet<string> = new Set([
  'BucketCredentialsRefused',
  'BucketCredentialsUnreadable',
  'BucketNotAtStore',
  'BucketRefused',
])

export interface FailureWatch {
  /** Takes the outcome of one row with a picture. @throws ImportPausedEarly */
  see(outcome: NewRow): void
}

export function createFailureWatch(): FailureWatch {
  let rows = 0
  const failed = new Map<string, number>()

  return {
    see({ outcome, code }) {
      rows++
      if (outcome !== 'failed' || !SYSTEMIC.has(code)) return
      const count = (failed.get(code) ?? 0) + 1
      failed.set(code, count)
      if (rows >= MIN_ROWS && count >= rows * MIN_SHARE) {
        throw problem('ImportPausedEarly', { cause: code, failed: count, rows })
      }
    },
  }
}
