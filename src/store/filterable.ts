/** The columns of an image that a filter can ask about. */
import type { Selectable } from 'kysely'
import type { Filterable } from '../attributes.ts'
import type { ImageTable } from './index.ts'

export const FILTERABLE = [
  'image.category_id',
  'image.int_attr',
  'image.int_attr2',
  'image.int_attr3',
  'image.int_attr4',
  'image.str_attr',
  'image.str_attr2',
  'image.str_attr3',
  'image.str_attr4',
] as const

export type FilterableColumns = Pick<
  Selectable<ImageTable>,
  | 'category_id'
  | 'int_attr'
  | 'int_attr2'
  | 'int_attr3'
  | 'int_attr4'
  | 'str_attr'
  | 'str_attr2'
  | 'str_attr3'
  | 'str_attr4'
>

/** The filterable part of an image row. */
export function filterable(row: FilterableColumns): Filterable {
  return {
    categoryId: row.category_id,
    intAttr: row.int_attr,
    intAttr2: row.int_attr2,
    intAttr3: row.int_attr3,
    intAttr4: row.int_attr4,
    strAttr: row.str_attr,
    strAttr2: row.str_attr2,
    strAttr3: row.str_attr3,
    strAttr4: row.str_attr4,
  }
}
