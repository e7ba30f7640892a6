/**
 * Imports as the official API shows them.
 */
import type { ImportStatus } from '../../imports/index.ts'
import type { DumpState, ImportState } from '../../store/index.ts'

type TaskStatus = 'PROCESSING' | 'SUCCESS' | 'FAIL'

/** How the official API names the state of an import or a dump. An import with failed rows is a success: its report names them. */
export function taskStatus(state: ImportState | DumpState): TaskStatus {
  if (state === 'done') return 'SUCCESS'
  return state === 'failed' || state === 'cancelled' ? 'FAIL' : 'PROCESSING'
}

/** One row of IncreaseList. Times are typed as the SDKs' models have them: one text, one number. */
export function increment(status: ImportStatus, reportUrl: string): object {
  const hasReport = status.failed + status.skipped > 0
  return {
    Id: status.id,
    Status: taskStatus(status.state),
    Code: taskStatus(status.state) === 'FAIL' ? '1' : '0',
    Msg: summary(status),
    BucketName: status.bucket,
    Path: status.path,
    CallbackAddress: status.callbackAddress,
    ErrorUrl: hasReport ? reportUrl : '',
    UtcCreate: String(status.createdMs),
    UtcModified: status.modifiedMs,
  }
}

function summary({ state, code, message, hint, lines, ok, failed, skipped }: ImportStatus): string {
  const counts = `${ok} ok, ${failed} failed, ${skipped} skipped of ${lines}`
  if (state === 'failed') return `${code}: ${message} ${hint}`
  if (state === 'cancelled') return `cancelled: ${counts}`
  if (state !== 'done') return `${state}: ${counts}`
  return failed === 0 ? 'success' : `Some of the images cannot be imported: ${counts}. Download the report.`
}
