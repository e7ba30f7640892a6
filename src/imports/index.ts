/**
 * Imports: increment.meta is parsed, its rows run in parallel with the result of running them in order, every row has
 * an outcome.
 */
import type { Instance } from '../instances/index.ts'
import type { ImportState } from '../store/index.ts'

export interface ImportStart {
  readonly bucket: string
  /** Folder that holds increment.meta: '/' or '/a/b'. */
  readonly path: string
  readonly roleArn?: string
  readonly callbackAddress?: string
}

export interface ImportStatus {
  readonly id: number
  readonly instanceId: number
  readonly bucket: string
  readonly path: string
  readonly roleArn: string
  readonly callbackAddress: string
  readonly state: ImportState
  /** Why the import as a whole failed; '' otherwise. */
  readonly code: string
  readonly message: string
  readonly hint: string
  /** Lines known so far; final when `isPlanned`. */
  readonly lines: number
  readonly isPlanned: boolean
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  /** Failed rows by code, skipped rows by reason. */
  readonly causes: Readonly<Record<string, number>>
  /** Rows a second over the last 10 s; 0 when not running. */
  readonly rate: number
  /** Estimated; absent when unknown. */
  readonly secondsLeft?: number
  readonly createdMs: number
  readonly modifiedMs: number
  readonly finishedMs: number
}

export interface RowOutcome {
  readonly line: number
  readonly outcome: 'failed' | 'skipped'
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly productId: string
  readonly picName: string
}

export interface Imports {
  /** Checks bucket, path and manifest, then starts. @throws ImportRunning, ManifestMissing, ManifestEmpty, BucketNotFound, PathInvalid */
  start(instance: Instance, start: ImportStart): Promise<ImportStatus>
  /** Newest first. */
  list(
    instanceId: number,
    page: { limit: number; start: number; bucket?: string; path?: string; id?: number },
  ): Promise<{ total: number; imports: ImportStatus[] }>
  /** @throws ImportNotFound */
  status(id: number): Promise<ImportStatus>
  /** Status now and whenever it changes (at most some times a second), ends with the import. */
  watch(id: number, signal: AbortSignal): AsyncIterable<ImportStatus>
  /** Failed and skipped rows in order of line, in pages by line. */
  rows(id: number, page: { afterLine: number; limit: number; code?: string }): Promise<RowOutcome[]>
  /** The failed rows as they stand in the manifest, one line each: a new increment.meta. */
  failedManifest(id: number, signal?: AbortSignal): AsyncIterable<string>
  pause(id: number): Promise<ImportStatus>
  resume(id: number): Promise<ImportStatus>
  cancel(id: number): Promise<ImportStatus>
  /** Goes on with imports that a stop or a crash interrupted. Called once at start. */
  resumeAll(): Promise<void>
  /** Stops taking tasks, waits for rows in work. */
  close(): Promise<void>
}
