/** What became of rows, as the ledger keeps it and as people read it. */
import { ERRORS, type ErrorCode, type SightlineError } from '../errors.ts'
import type { NewRow, RowCounts, RowRecord } from '../store/imports.ts'
import type { RowOutcome } from './imports.ts'

interface RowNames {
  readonly line: number
  readonly productId?: string
  readonly picName?: string
}

const SUPERSEDED = {
  message: 'A later line of the manifest wrote or deleted the same picture, or a later import or call did.',
  hint: 'Nothing is to be done: the picture is as it was said last.',
}

export function okRow(row: RowNames): NewRow {
  return { ...names(row), outcome: 'ok', code: '', message: '', hint: '', text: '' }
}

/** @param text the line, for the download of skipped rows */
export function supersededRow(row: RowNames, text: string): NewRow {
  return { ...names(row), outcome: 'skipped', code: 'superseded', message: '', hint: '', text }
}

/** @param text the line, for the download of failed rows; '' = it cannot be given back */
export function failedRow(row: RowNames, { code, message, hint }: SightlineError, text: string): NewRow {
  const ownHint = hint === ERRORS[code].hint ? '' : hint
  return { ...names(row), outcome: 'failed', code, message, hint: ownHint, text }
}

function names({ line, productId = '', picName = '' }: RowNames) {
  return { line, product_id: productId, pic_name: picName }
}

export function countsOf(rows: readonly NewRow[]): RowCounts {
  const counts = { ok: 0, failed: 0, skipped: 0, causes: {} as Record<string, number> }
  for (const { outcome, code } of rows) {
    counts[outcome]++
    if (outcome !== 'ok') counts.causes[code] = (counts.causes[code] ?? 0) + 1
  }
  return counts
}

export function rowOutcome(row: RowRecord): RowOutcome {
  const own = row.code === 'superseded' ? SUPERSEDED : { message: row.message, hint: row.hint || hintOf(row.code) }
  return {
    line: row.line,
    outcome: row.outcome === 'skipped' ? 'skipped' : 'failed',
    code: row.code,
    ...own,
    productId: row.product_id,
    picName: row.pic_name,
  }
}

/** The table's hint for a code that was stored; '' for one that is not in the table any more. */
export function hintOf(code: string): string {
  return code in ERRORS ? ERRORS[code as ErrorCode].hint : ''
}
