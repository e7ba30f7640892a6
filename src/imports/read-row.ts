import { problem, type SightlineError } from '../errors.ts'
import { type Line, MAX_LINE_BYTES } from './manifest-lines.ts'
import { parseRow, type Row } from './manifest-row.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** A row with its line as it stands in the manifest; '' where that is no text or too long. */
export interface ReadRow {
  readonly row: Row
  readonly text: string
}

/** @returns undefined for a blank line */
export function readRow({ line, bytes }: Line): ReadRow | undefined {
  if (!bytes) return unreadable(line, problem('RowTooLong', { maxBytes: MAX_LINE_BYTES }))
  const text = decode(bytes)
  if (text === undefined) return unreadable(line, problem('RowNotUtf8', {}))
  return text.trim() === '' ? undefined : { row: parseRow(text, line), text }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

function unreadable(line: number, error: SightlineError): ReadRow {
  return { row: { operation: 'NONE', line, error, productId: '', picName: '' }, text: '' }
}
