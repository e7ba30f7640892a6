/** Images between the table and the rest of the program. */

import { type FilterableColumns, filterable } from '../store/filterable.ts'
import type { ImageRow } from '../store/images.ts'
import type { Image, ImageFields } from './images.ts'

export function toImage(row: ImageRow): Image {
  return {
    id: row.id,
    instanceId: row.instance_id,
    productId: row.product_id,
    picName: row.pic_name,
    customContent: row.custom_content,
    region: row.region,
    width: row.width,
    height: row.height,
    hasThumbnail: row.thumbnail !== '',
    sourceEtag: row.source_etag,
    createdMs: row.created_at,
    updatedMs: row.updated_at,
    ...filterable(row),
  }
}

type FieldColumns = Pick<ImageRow, 'custom_content'> & Omit<FilterableColumns, 'category_id'>

/** The columns of the fields that are given. */
export function fieldColumns(fields: ImageFields): Partial<FieldColumns> {
  const columns = {
    custom_content: fields.customContent,
    int_attr: fields.intAttr,
    int_attr2: fields.intAttr2,
    int_attr3: fields.intAttr3,
    int_attr4: fields.intAttr4,
    str_attr: fields.strAttr,
    str_attr2: fields.strAttr2,
    str_attr3: fields.strAttr3,
    str_attr4: fields.strAttr4,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}
