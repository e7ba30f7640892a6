import type { Instance } from '../instances/index.ts'
import type { ImportState } from '../store/index.ts'
import type { ImportEvent } from './callback-body.ts'

export interface ImportStart {
  readonly bucket: string
  /** Folder that holds increment.meta: '/' or '/a/b'. */
  readonly path: string
  /** Absent = the default role of the instance. */
  readonly roleArn?: string
  readonly callbackAddress?: string
  /** Only check all rows, and write nothing. */
  readonly dryRun?: boolean
  /** Wait for the imports of the instance that have not ended, instead of failing with ImportRunning. */
  readonly queue?: boolean
  /** Skip ADD rows whose object and fields are those that the image was made from. */
  readonly skipUnchanged?: boolean
}

export interface ImportStatus {
  readonly id: number
  readonly instanceId: number
  readonly bucket: string
  readonly path: string
  readonly roleArn: string
  readonly callbackAddress: string
  readonly state: ImportState
  /** While it is queued: how many imports of the instance go before it, the running one included. */
  readonly ahead?: number
  /** Why the import as a whole failed, or what it waits for while it runs (it tries again by itself); '' otherwise. */
  readonly code: string
  readonly message: string
  readonly hint: string
  /** Lines known so far; final when `isPlanned`. At the end of a done import ok + failed + skipped = lines. */
  readonly lines: number
  readonly isPlanned: boolean
  /** 1 = the rows of the manifest run for the first time; one more for every retry of the failed ones. */
  readonly attempt: number
  /** Its rows are only checked: `ok` = it would be tried. */
  readonly isDryRun: boolean
  readonly skipUnchanged: boolean
  /** Of a dry run that has ended. */
  readonly survey?: ImportSurvey
  /** While failed rows are retried: how many are still to be run. */
  readonly toRetry: number
  readonly ok: number
  readonly failed: number
  /**
   * Rows that were not run because something later speaks for the same picture (`superseded`) or nothing has changed
   * (`unchanged`), and blank lines (`blank`).
   */
  readonly skipped: number
  /** Failed rows by code, skipped rows by reason. */
  readonly causes: Readonly<Record<string, number>>
  /** Rows a second over the last 10 s; 0 when not running. */
  readonly rate: number
  /** Estimated; absent when unknown. */
  readonly secondsLeft?: number
  /** Where the time of a picture goes; absent = none was put yet. */
  readonly stages?: ImportStages
  readonly createdMs: number
  /** When it left the queue, or its last retry began; 0 = it is queued. */
  readonly startedMs: number
  readonly modifiedMs: number
  /** 0 = it has not ended. */
  readonly finishedMs: number
}

/** Means over the pictures that were put. Several are in work at once: the sum is longer than the time between two. */
export interface ImportStages {
  readonly pictures: number
  /** Reading the object from the bucket. */
  readonly readMs: number
  /** Waiting for a worker; searches go first. */
  readonly waitMs: number
  readonly decodeMs: number
  readonly embedMs: number
  /** Writing image, vector and outcome to the disk. */
  readonly storeMs: number
}

/** What an import would have to do, and whether there is room for it. */
export interface ImportSurvey {
  /** ADD rows that nothing speaks against. */
  readonly pictures: number
  /** Those that would add an image; at most, for a picture that is named twice counts twice. */
  readonly newImages: number
  /** Images that the instance still takes now. */
  readonly room: number
  /** Pictures read and embedded in a second, measured on the first ones; 0 = there were none. */
  readonly rowsASecond: number
  /** How long an import would take about. */
  readonly seconds: number
}

/** What the callback address of an import was told, or will be. */
export interface ImportCallback {
  /** As in the header `webhook-id`. */
  readonly id: string
  /** `failed` = it was given up. */
  readonly state: 'waiting' | 'delivered' | 'failed'
  readonly createdMs: number
  /** While it is waiting: not before. */
  readonly nextMs?: number
  /** Tries, oldest first. */
  readonly deliveries: readonly {
    readonly atMs: number
    readonly tookMs: number
    /** HTTP status of the answer; 0 = there was none. */
    readonly status: number
    /** '' = delivered. */
    readonly error: string
  }[]
  /** What is posted. */
  readonly body: ImportEvent
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
  /**
   * Checks callback address, bucket, path, role, manifest and room, then starts or queues. A queued import reads its
   * manifest as it is when its turn comes.
   *
   * @throws ImportRunning, InstanceNotFound, InstanceModelOther, InstanceFull, CallbackAddressInvalid,
   * CallbackAddressPrivate, PathInvalid, BucketNotFound, BucketUnreachable,
   * RoleNotFound, RoleNotTrusted, ManifestMissing, ManifestEmpty, ManifestNotText, ManifestNotPermitted
   */
  start(instance: Instance, start: ImportStart): Promise<ImportStatus>
  /** Newest first; dry runs when asked. */
  list(
    instanceId: number,
    page: { limit: number; start: number; bucket?: string; path?: string; id?: number; dryRuns?: boolean },
  ): Promise<{ total: number; imports: ImportStatus[] }>
  /** @throws ImportNotFound */
  status(id: number): Promise<ImportStatus>
  /** Status now and whenever it changes (at most four times a second), ends with the import. @throws ImportNotFound */
  watch(id: number, signal: AbortSignal): AsyncIterable<ImportStatus>
  /** Failed and superseded rows in order of line, in pages by line; blank and unchanged ones are only counted. */
  rows(id: number, page: { afterLine: number; limit: number; code?: string }): Promise<RowOutcome[]>
  /**
   * The failed rows, or the superseded ones, as they stood in the manifest, one line each: a new increment.meta. Lines
   * that no manifest can hold (too long, not UTF-8) are left out.
   */
  manifestOf(id: number, outcome: RowOutcome['outcome'], signal?: AbortSignal): AsyncIterable<string>
  /** Finishes the rows in work, then rests until it is resumed. @throws ImportNotFound, ImportStateInvalid */
  pause(id: number): Promise<ImportStatus>
  resume(id: number): Promise<ImportStatus>
  /** Ends the import where it is; what was done stays. @throws ImportNotFound, ImportStateInvalid */
  cancel(id: number): Promise<ImportStatus>
  /**
   * Runs the failed rows of an import that has ended once more, as they stood in the manifest; its counters follow.
   * Rows whose picture was written or deleted since, by whatever counts as later, become `superseded`. However the
   * retry ends, the import is done, failed or cancelled as it was before.
   *
   * @throws ImportNotFound, ImportStateInvalid, ImportNothingToRetry, ImportRunning, InstanceModelOther,
   * BucketNotFound, BucketUnreachable, RoleNotFound, RoleNotTrusted
   */
  retry(id: number): Promise<ImportStatus>
  /** Callbacks of an import, one for every time that it ended or paused by itself; oldest first. @throws ImportNotFound */
  callbacks(id: number): Promise<ImportCallback[]>
  /** Sends the last callback again. @throws ImportNotFound, CallbackNotFound */
  redeliver(id: number): Promise<ImportCallback[]>
  /** What callbacks of an instance are signed with: `whsec_` and 32 bytes in base64. */
  callbackSecret(instance: Pick<Instance, 'name'>): string
  /** Goes on with imports that a stop or a crash interrupted. Called once at start. */
  resumeAll(): Promise<void>
  /** Stops taking rows, waits for those in work; `resumeAll` goes on from there. */
  close(): Promise<void>
}
