/** An import as people see it. */
import type { ImportRecord, RowCounts } from '../store/imports.ts'
import type { ImportState } from '../store/index.ts'
import type { ActiveImport } from './active-imports.ts'
import { importOptions, isPlanned, isRetry } from './import-run.ts'
import type { ImportStatus, ImportSurvey } from './imports.ts'
import { rowsOf } from './progress.ts'
import { hintOf } from './row-outcome.ts'
import { addStages, meanStages, readStages } from './stages.ts'

/** @param live what is known only while it runs */
export function importStatus(
  record: ImportRecord,
  counts: RowCounts,
  live: Partial<Pick<ActiveImport, 'progress' | 'trouble' | 'toRetry'>> & {
    readonly survey?: ImportSurvey
    readonly ahead?: number
  } = {},
): ImportStatus {
  const { code, message, hint } = live.trouble ?? { ...record, hint: hintOf(record.code) }
  const rate = live.progress?.rate() ?? 0
  const toRetry = Math.max(0, (live.toRetry ?? 0) - (live.progress?.rows ?? 0))
  const rowsLeft = isRetry(record) ? toRetry : Math.max(0, linesInAll(record) - rowsOf(counts))
  const secondsLeft = rate > 0 ? rowsLeft / rate : undefined
  const stages = meanStages(addStages(readStages(record.stages), live.progress?.stages))
  return {
    id: record.id,
    instanceId: record.instance_id,
    bucket: record.bucket,
    path: record.path,
    roleArn: record.role_arn,
    callbackAddress: record.callback_address,
    state: record.state,
    ...(live.ahead !== undefined && { ahead: live.ahead }),
    code,
    message,
    hint,
    lines: record.planned_lines,
    isPlanned: isPlanned(record),
    isDryRun: record.is_dry_run === 1,
    skipUnchanged: importOptions(record).skipUnchanged === true,
    ...(live.survey && { survey: live.survey }),
    attempt: record.attempt,
    toRetry,
    ...counts,
    rate: Math.round(rate * 10) / 10,
    ...(secondsLeft !== undefined && { secondsLeft: Math.ceil(secondsLeft) }),
    ...(stages && { stages }),
    createdMs: record.created_at,
    startedMs: record.started_at,
    modifiedMs: Math.max(record.modified_at, live.progress?.changedMs ?? 0),
    finishedMs: record.finished_at,
  }
}

/** Estimated from the bytes until the whole manifest is planned. */
function linesInAll(record: ImportRecord): number {
  if (isPlanned(record) || record.planned_bytes === 0) return record.planned_lines
  return Math.round((record.planned_lines * record.manifest_bytes) / record.planned_bytes)
}

export function isEnded({ state }: { readonly state: ImportState }): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}
