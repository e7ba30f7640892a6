import type { ImportRecord, RowCounts } from '../store/imports.ts'
import type { ImportState } from '../store/index.ts'
import { importStatus } from './import-status.ts'

/** What is posted at the end of an import, and when it pauses by itself. New fields may come; none of these goes. */
export interface ImportEvent {
  readonly type: 'import.ended' | 'import.paused'
  /** When that was, ISO 8601. */
  readonly timestamp: string
  readonly data: {
    readonly instance: string
    readonly importId: number
    /** As the official IncreaseList has it; an import with failed rows is a SUCCESS, too. */
    readonly status: 'SUCCESS' | 'FAIL' | 'PROCESSING'
    readonly state: ImportState
    /** Why the import as a whole failed, or paused; '' otherwise. */
    readonly code: string
    readonly message: string
    readonly bucket: string
    readonly path: string
    readonly dryRun: boolean
    readonly attempt: number
    readonly lines: number
    readonly ok: number
    readonly failed: number
    readonly skipped: number
    /** Failed rows by code, skipped ones by reason. */
    readonly causes: Readonly<Record<string, number>>
    readonly createdMs: number
    readonly startedMs: number
    readonly finishedMs: number
  }
}

export function callbackBody(record: ImportRecord, counts: RowCounts, instance: string): string {
  const status = importStatus(record, counts)
  const { state } = status
  const isPaused = state === 'paused'
  const body: ImportEvent = {
    type: isPaused ? 'import.paused' : 'import.ended',
    timestamp: new Date(status.modifiedMs).toISOString(),
    data: {
      instance,
      importId: status.id,
      status: isPaused ? 'PROCESSING' : state === 'done' ? 'SUCCESS' : 'FAIL',
      state,
      code: status.code,
      message: status.message,
      bucket: status.bucket,
      path: status.path,
      dryRun: status.isDryRun,
      attempt: status.attempt,
      lines: status.lines,
      ok: status.ok,
      failed: status.failed,
      skipped: status.skipped,
      causes: status.causes,
      createdMs: status.createdMs,
      startedMs: status.startedMs,
      finishedMs: status.finishedMs,
    },
  }
  return JSON.stringify(body)
}
