/**
 * Filters as SQL. Values go in as parameters and columns come from a table, so that no text of a filter becomes SQL.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Comparison, Filter, IntField, StrField } from '../filter.ts'

const COLUMNS = {
  categoryId: sql.ref('image.category_id'),
  intAttr: sql.ref('image.int_attr'),
  intAttr2: sql.ref('image.int_attr2'),
  intAttr3: sql.ref('image.int_attr3'),
  intAttr4: sql.ref('image.int_attr4'),
  strAttr: sql.ref('image.str_attr'),
  strAttr2: sql.ref('image.str_attr2'),
  strAttr3: sql.ref('image.str_attr3'),
  strAttr4: sql.ref('image.str_attr4'),
} as const satisfies Record<IntField | StrField, unknown>

const OPERATORS: Readonly<Record<Comparison, RawBuilder<unknown>>> = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
}

/** The condition on table `image` that is true for exactly the rows of which `matches(filter, row)` is. */
export function filterSql(filter: Filter): RawBuilder<boolean> {
  switch (filter.kind) {
    case 'and':
      return filter.terms.length === 0 ? sql`true` : sql`(${sql.join(filter.terms.map(filterSql), sql` and `)})`
    case 'or':
      return filter.terms.length === 0 ? sql`false` : sql`(${sql.join(filter.terms.map(filterSql), sql` or `)})`
    case 'int':
    case 'str':
      return sql`${COLUMNS[filter.field]} ${OPERATORS[filter.op]} ${filter.value}`
    case 'intIn':
    case 'strIn':
      if (filter.values.length === 0) return filter.not ? sql`true` : sql`false`
      return sql`${COLUMNS[filter.field]} ${filter.not ? sql`not in` : sql`in`} (${sql.join(filter.values)})`
  }
}
