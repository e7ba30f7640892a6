/**
 * Imports as the official API shows them.
 */
import type { ImportStatus } from '../../imports/index.ts'

type IncrementStatus = 'PROCESSING' | 'SUCCESS' | 'FAIL'

/** An import with failed rows is a success: its report names them. */
export function incrementStatus({ state }: ImportStatus): IncrementStatus {
  if (state === 'done') return 'SUCCESS'
  return state === 'failed' || state === 'cancelled' ? 'FAIL' : 'PROCESSING'
}

/** One row of IncreaseList. Times are typed as the SDKs' models have them: one text, one number. */
export function increment(status: ImportStatus, reportUrl: string): object {
  const hasReport = status.failed + status.skipped > 0
  return {
    Id: status.id,
    Status: incrementStatus(status),
    Code: incrementStatus(status) === 'FAIL' ? '1' : '0',
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
