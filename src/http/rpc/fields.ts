/**
 * The fields of an image under their official names: as parameters, and in answers.
 */
import { CATEGORIES } from '../../attributes.ts'
import type { Image, ImageFields } from '../../images/index.ts'
import type { Region } from '../../vision/index.ts'
import { given } from '../given.ts'
import { customContent, intAttr, optional, strAttr, type Values } from './parameters.ts'

export const FIELD_PARAMETERS = {
  CustomContent: optional(customContent),
  IntAttr: optional(intAttr('IntAttrInvalid')),
  IntAttr2: optional(intAttr('IntAttr2Invalid')),
  IntAttr3: optional(intAttr('IntAttr3Invalid')),
  IntAttr4: optional(intAttr('IntAttr4Invalid')),
  StrAttr: optional(strAttr('StrAttrInvalid')),
  StrAttr2: optional(strAttr('StrAttr2Invalid')),
  StrAttr3: optional(strAttr('StrAttr3Invalid')),
  StrAttr4: optional(strAttr('StrAttr4Invalid')),
}

export function imageFields(p: Values<typeof FIELD_PARAMETERS>): ImageFields {
  return given({
    customContent: p.CustomContent,
    intAttr: p.IntAttr,
    intAttr2: p.IntAttr2,
    intAttr3: p.IntAttr3,
    intAttr4: p.IntAttr4,
    strAttr: p.StrAttr,
    strAttr2: p.StrAttr2,
    strAttr3: p.StrAttr3,
    strAttr4: p.StrAttr4,
  })
}

/** One element of `Auctions`, without what a search adds. */
export function auction(image: Image): Record<string, string | number> {
  return {
    ProductId: image.productId,
    PicName: image.picName,
    CategoryId: image.categoryId,
    CustomContent: image.customContent,
    IntAttr: image.intAttr,
    IntAttr2: image.intAttr2,
    IntAttr3: image.intAttr3,
    IntAttr4: image.intAttr4,
    StrAttr: image.strAttr,
    StrAttr2: image.strAttr2,
    StrAttr3: image.strAttr3,
    StrAttr4: image.strAttr4,
  }
}

export function regionText({ x1, x2, y1, y2 }: Region): string {
  return `${x1},${x2},${y1},${y2}`
}

/** `PicInfo`: category and boxes of a picture; all categories that were considered, likeliest first (default: its own). */
export function pictureInfo(
  categoryId: number,
  regions: readonly string[],
  categories: readonly { readonly id: number; readonly name: string }[] = [],
): object {
  return {
    CategoryId: categoryId,
    Region: regions[0] ?? '',
    MultiRegion: regions.map((region) => ({ Region: region })),
    ...considered(categories.length > 0 ? categories : [{ id: categoryId, name: CATEGORIES.get(categoryId) ?? '' }]),
  }
}

/** What `PicInfo` says of a search without a picture. */
export function considered(categories: readonly { readonly id: number; readonly name: string }[]): object {
  return { AllCategories: categories.map(({ id, name }) => ({ Id: id, Name: name })) }
}
