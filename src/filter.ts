/**
 * Filters over the attributes of images: the tree, its grammar and its plain meaning.
 *
 * A leaf, because the door parses filters, the store and the vector index each compile the same tree into their own
 * language, and tests hold both against {@link matches}.
 */
import type { Filterable, IntAttribute, StrAttribute } from './attributes.ts'

export type IntField = IntAttribute | 'categoryId'
export type StrField = StrAttribute
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'int'; readonly field: IntField; readonly op: Comparison; readonly value: number }
  | { readonly kind: 'str'; readonly field: StrField; readonly op: '=' | '!='; readonly value: string }
  | { readonly kind: 'intIn'; readonly field: IntField; readonly not: boolean; readonly values: readonly number[] }
  | { readonly kind: 'strIn'; readonly field: StrField; readonly not: boolean; readonly values: readonly string[] }

/** The plain meaning of a filter on one row: what every engine's answer is held against. */
export function matches(filter: Filter, row: Filterable): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => matches(term, row))
    case 'or':
      return filter.terms.some((term) => matches(term, row))
    case 'int':
      return compare(row[filter.field], filter.op, filter.value)
    case 'str':
      return compare(row[filter.field], filter.op, filter.value)
    case 'intIn':
      return filter.values.includes(row[filter.field]) !== filter.not
    case 'strIn':
      return filter.values.includes(row[filter.field]) !== filter.not
  }
}

function compare<T extends number | string>(left: T, op: Comparison, right: T): boolean {
  switch (op) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}
