/**
 * Filters in Lance's SQL. Column names come from a fixed list and values are written by our own escaping, so that no
 * value can become syntax. Lance's dialect knows no escape but the doubled quote: a backslash is an ordinary character.
 */
import { type Filterable, INT_ATTRIBUTES, STR_ATTRIBUTES } from '../../attributes.ts'
import type { Filter } from '../../filter.ts'

export const INT_COLUMNS = [...INT_ATTRIBUTES, 'categoryId'] as const
export const STR_COLUMNS = STR_ATTRIBUTES

/** Column of the table that holds a field: `intAttr2` -> `int_attr2`. */
export function columnOf(field: keyof Filterable): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A boolean expression that is true on the rows on which `matches` is. */
export function filterSql(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return filter.terms.length === 0 ? 'true' : filter.terms.map(conjunctSql).join(' AND ')
    case 'or':
      return filter.terms.length === 0 ? 'false' : filter.terms.map(filterSql).join(' OR ')
    case 'int':
      return `${columnOf(filter.field)} ${filter.op} ${integer(filter.value)}`
    case 'str':
      return `${columnOf(filter.field)} ${filter.op} ${text(filter.value)}`
    case 'intIn':
      return membership(columnOf(filter.field), filter.not, filter.values.map(integer))
    case 'strIn':
      return membership(columnOf(filter.field), filter.not, filter.values.map(text))
  }
}

export function idsSql(ids: readonly number[]): string {
  return membership('id', false, ids.map(integer))
}

/** Parentheses only where they are needed: Lance's parser gives up at 16 to 24 deep. */
function conjunctSql(filter: Filter): string {
  return filter.kind === 'or' ? `(${filterSql(filter)})` : filterSql(filter)
}

function membership(column: string, not: boolean, values: readonly string[]): string {
  if (values.length === 0) return not ? 'true' : 'false'
  return `${column} ${not ? 'NOT IN' : 'IN'} (${values.join(', ')})`
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`expected an integer, got ${value}`)
  return String(value)
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
