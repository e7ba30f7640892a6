/** Tables for a terminal: columns aligned, wide signs counted as two, nothing that could steer the terminal. */
import stringWidth from 'string-width'

export interface Column<T> {
  readonly title: string
  readonly value: (row: T) => string | number | boolean | undefined
  readonly align?: 'right'
  /** Gives way first when the terminal is too narrow. */
  readonly isElastic?: boolean
}

const GAP = '  '
const LEAST_WIDTH = 8

/**
 * @param width columns of the terminal; 0 = cut nothing
 * @returns lines with a line break after each, the titles first
 */
export function renderTable<T>(rows: readonly T[], columns: readonly Column<T>[], width: number): string {
  const cells = rows.map((row) => columns.map(({ value }) => plain(String(value(row) ?? ''))))
  const widths = columns.map(({ title }, c) =>
    Math.max(stringWidth(title), ...cells.map((line) => stringWidth(line[c] ?? ''))),
  )
  if (width > 0) narrow(widths, columns, width)
  const lines = [columns.map(({ title }) => title), ...cells]
  return lines
    .map((line) =>
      line
        .map((cell, c) => pad(cut(cell, widths[c] ?? 0), widths[c] ?? 0, columns[c]?.align))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** Names and values in two columns. */
export function renderFields(fields: readonly (readonly [name: string, value: unknown])[]): string {
  const width = Math.max(...fields.map(([name]) => stringWidth(name)))
  return fields.map(([name, value]) => `${pad(name, width)}${GAP}${plain(String(value ?? ''))}\n`.trimStart()).join('')
}

/** Cuts text to a width in columns, a CJK sign counting two. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Control characters (a stored name may hold escape sequences) are shown as a dot. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '·')
}

/** Takes from the widest elastic columns, one column at a time, until the table fits. */
function narrow<T>(widths: number[], columns: readonly Column<T>[], width: number): void {
  const room = width - GAP.length * (columns.length - 1)
  let excess = widths.reduce((sum, w) => sum + w, 0) - room
  while (excess > 0) {
    const elastic = widths.map((w, c) => (columns[c]?.isElastic && w > LEAST_WIDTH ? w : 0))
    const widest = Math.max(...elastic)
    if (widest === 0) return
    widths[elastic.indexOf(widest)] = widest - 1
    excess--
  }
}

function pad(text: string, width: number, align?: 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'right' ? space + text : text + space
}
