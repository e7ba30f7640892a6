/** What all parts of one running import share. */
import type { Images } from '../images/index.ts'
import type { Logger } from '../ops/log.ts'
import type { ImportRecord } from '../store/imports.ts'
import type { Store } from '../store/index.ts'
import type { FailureWatch } from './failure-watch.ts'
import type { Manifest } from './manifest.ts'
import type { Progress } from './progress.ts'
import type { PictureSource } from './read-picture.ts'
import type { Surveyor } from './survey-task.ts'

/** What rows need, of the manifest or of a retry. */
export interface RowRun {
  readonly store: Store
  readonly images: Images
  readonly log: Logger
  readonly pictures: PictureSource
  readonly progress: Progress
  /** Rows that need a picture in work at once. */
  readonly parallel: number
  /** As it is in the store; the planner moves `planned_*` on. */
  readonly record: ImportRecord
  /** Milliseconds since 1970. */
  now(): number
}

export interface ImportRun extends RowRun {
  readonly manifest: Manifest
  /** Of a dry run: rows are given to it and not run. */
  readonly surveyor?: Surveyor
  /** Absent = it goes on whatever happens. */
  readonly failures?: FailureWatch
}

/** A claim of a task is renewed with every row; one that is older may be taken over. */
export const LEASE_MS = 60_000

export function isPlanned({ manifest_etag, planned_bytes, manifest_bytes }: ImportRecord): boolean {
  return manifest_etag !== '' && planned_bytes >= manifest_bytes
}

export function isRetry({ retry_from }: ImportRecord): boolean {
  return retry_from !== ''
}

/** What stands in the column `options`. */
export interface ImportOptions {
  /** ADD rows whose object and fields are those of the stored image are skipped. */
  readonly skipUnchanged?: boolean
  /** It paused itself and was resumed: no failures stop it any more. */
  readonly goOn?: boolean
}

export function importOptions({ options }: ImportRecord): ImportOptions {
  return JSON.parse(options)
}
