/**
 * The attributes of an image that can be filtered, under the names they have from the wire to the tables.
 */

export const INT_ATTRIBUTES = ['intAttr', 'intAttr2', 'intAttr3', 'intAttr4'] as const
export const STR_ATTRIBUTES = ['strAttr', 'strAttr2', 'strAttr3', 'strAttr4'] as const

export type IntAttribute = (typeof INT_ATTRIBUTES)[number]
export type StrAttribute = (typeof STR_ATTRIBUTES)[number]

/** Values of one image. Not given = 0 and "", as the official API answers it; a filter sees them so, too. */
export type Attributes = { readonly [K in IntAttribute]: number } & { readonly [K in StrAttribute]: string }

/** What a filter is evaluated on: the attributes and the category. */
export type Filterable = Attributes & { readonly categoryId: number }

/** Category of everything that is not a known product category (the official table's "Others"). */
export const CATEGORY_OTHERS = 88888888

/** The official category table. */
export const CATEGORIES: ReadonlyMap<number, string> = new Map([
  [0, 'Tops'],
  [1, 'Dresses'],
  [2, 'Bottoms'],
  [3, 'Bags'],
  [4, 'Shoes'],
  [5, 'Accessories'],
  [6, 'Snacks'],
  [7, 'Makeup'],
  [8, 'Bottle drinks'],
  [9, 'Furniture'],
  [20, 'Toys'],
  [21, 'Underwear'],
  [22, 'Digital devices'],
  [CATEGORY_OTHERS, 'Others'],
])
