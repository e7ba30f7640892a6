/**
 * What values the fields of an image may have. The doors may be stricter; nothing else gets into the store.
 */
import { INT_ATTRIBUTES, STR_ATTRIBUTES } from '../attributes.ts'
import { clip, type ErrorCode, problem } from '../errors.ts'
import type { ImageFields, ImageKey } from './images.ts'

// docs/reference/limits.md: the larger ones of what the versions of the official API say.
const MAX_KEY = 512
const MAX_CUSTOM_CONTENT = 4096
const MAX_STR_ATTRIBUTE = 128
const MAX_INT32 = 2 ** 31 - 1

const ATTRIBUTE_ERRORS = {
  intAttr: 'IntAttrInvalid',
  intAttr2: 'IntAttr2Invalid',
  intAttr3: 'IntAttr3Invalid',
  intAttr4: 'IntAttr4Invalid',
  strAttr: 'StrAttrInvalid',
  strAttr2: 'StrAttr2Invalid',
  strAttr3: 'StrAttr3Invalid',
  strAttr4: 'StrAttr4Invalid',
} as const satisfies Record<string, ErrorCode>

/** @throws ProductIdInvalid, PicNameInvalid, ParameterInvalid */
export function checkKey({ productId, picName }: ImageKey): void {
  if (productId.length < 1 || productId.length > MAX_KEY) {
    throw problem('ProductIdInvalid', { max: MAX_KEY, length: productId.length })
  }
  checkText('ProductId', productId)
  if (picName === undefined) return
  if (picName.length < 1 || picName.length > MAX_KEY) {
    throw problem('PicNameInvalid', { max: MAX_KEY, length: picName.length })
  }
  checkText('PicName', picName)
}

/** @throws CustomContentInvalid, IntAttrInvalid.., StrAttrInvalid.., ParameterInvalid */
export function checkFields(fields: ImageFields): void {
  const { customContent = '' } = fields
  if (customContent.length > MAX_CUSTOM_CONTENT) {
    throw problem('CustomContentInvalid', { max: MAX_CUSTOM_CONTENT, length: customContent.length })
  }
  checkText('CustomContent', customContent)
  for (const name of INT_ATTRIBUTES) {
    const value = fields[name] ?? 0
    if (!isInt32(value)) throw problem(ATTRIBUTE_ERRORS[name], { found: String(value) })
  }
  for (const name of STR_ATTRIBUTES) {
    const value = fields[name] ?? ''
    if (value.length > MAX_STR_ATTRIBUTE) {
      throw problem(ATTRIBUTE_ERRORS[name], { max: MAX_STR_ATTRIBUTE, length: value.length })
    }
    checkText(name, value)
  }
}

/** Any category there may be, not only those of the official table. @throws CategoryInvalid */
export function checkCategory(categoryId: number): void {
  if (!isInt32(categoryId) || categoryId < 0) throw problem('CategoryInvalid', { found: String(categoryId) })
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -MAX_INT32 - 1 && value <= MAX_INT32
}

/** Databases take no NUL and change half surrogate pairs: a key with one would not be found again. */
function checkText(name: string, value: string): void {
  if (value.isWellFormed() && !value.includes('\0')) return
  throw problem('ParameterInvalid', {
    name,
    expected: 'well-formed Unicode text without NUL',
    found: clip(JSON.stringify(value)),
  })
}
