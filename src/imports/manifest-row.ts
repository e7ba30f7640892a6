/**
 * One line of increment.meta: both formats of the official documentation, also mixed in one line.
 */
import { INT_ATTRIBUTES, STR_ATTRIBUTES } from '../attributes.ts'
import { clip, type ErrorCode, type ErrorParams, problem, SightlineError } from '../errors.ts'
import type { ImageFields } from '../images/index.ts'
import type { Region } from '../vision/index.ts'

export interface AddRow {
  readonly operation: 'ADD'
  readonly line: number
  readonly productId: string
  readonly picName: string
  readonly fields: ImageFields
  readonly categoryId?: number
  readonly region?: Region
  readonly crop?: boolean
}

export interface DeleteRow {
  readonly operation: 'DELETE'
  readonly line: number
  readonly productId: string
  /** Absent = the whole product. */
  readonly picName?: string
}

/** A line that cannot be used. */
export interface BadRow {
  readonly operation: 'NONE'
  readonly line: number
  readonly error: SightlineError
  /** As far as they could be read; ''. */
  readonly productId: string
  readonly picName: string
}

export type Row = AddRow | DeleteRow | BadRow

/** https://www.alibabacloud.com/help/doc-detail/66580.htm; 512 is the longest that any version of the API takes. */
const MAX_ID_LENGTH = 512
const MAX_CONTENT_LENGTH = 4096
const MAX_STR_ATTRIBUTE_LENGTH = 128
const MAX_INT32 = 2 ** 31 - 1

type Json = Readonly<Record<string, unknown>>

/**
 * Reads one line of a manifest.
 *
 * Accepts the current keys (`OperationType`, `ProductId`, ...) and those of before 2020 (`operator`, `item_id`, ...),
 * also mixed; where both stand in a line the current one counts. Keys it does not know are ignored, `null` is as good
 * as absent, whole numbers may also be written as strings, and ids as numbers.
 * Never throws: a line that cannot be used comes back with an error of the table, so that one bad line costs one row.
 *
 * @param text one line without its line break
 * @param line 1-based line number
 */
export function parseRow(text: string, line: number): Row {
  let ids = { productId: '', picName: '' }
  try {
    const json = parseObject(text)
    ids = { productId: idForReport(json.ProductId ?? json.item_id), picName: idForReport(json.PicName) }
    return readRow(json, line)
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    return { operation: 'NONE', line, error, ...ids }
  }
}

function readRow(json: Json, line: number): AddRow | DeleteRow {
  const operation = readOperation(json)
  const productId = readId(json, 'ProductId', json.ProductId ?? json.item_id)
  if (productId === undefined) throw missing('ProductId', json)
  const picName = readPicName(json)
  if (operation === 'DELETE') return { operation, line, productId, ...(picName !== undefined && { picName }) }

  if (picName === undefined) throw missing('PicName', json)
  checkObjectName(picName)
  const categoryId = readInteger('CategoryId', json.CategoryId ?? json.cat_id, 0)
  const region = readRegion(json.Region)
  const crop = readBoolean('Crop', json.Crop)
  return {
    operation,
    line,
    productId,
    picName,
    fields: readFields(json),
    ...(categoryId !== undefined && { categoryId }),
    ...(region && { region }),
    ...(crop !== undefined && { crop }),
  }
}

function readOperation(json: Json): 'ADD' | 'DELETE' {
  const value = json.OperationType ?? json.operator
  if (value === undefined || value === null) throw missing('OperationType', json)
  const operation = typeof value === 'string' ? value.trim().toUpperCase() : value
  if (operation === 'ADD' || operation === 'DELETE') return operation
  return fail('RowOperationUnknown', { found: clip(value) })
}

/** A string, or a whole number: the official generator of manifests writes `"item_id":1000`. */
function readId(json: Json, field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') {
    // A larger number has lost digits when the line was parsed: it would be another product.
    if (Number.isSafeInteger(value)) return String(value)
    return fail('RowFieldInvalid', { field, expected: 'a string (numbers: whole and below 2^53)', found: clip(value) })
  }
  if (typeof value !== 'string') fail('RowFieldInvalid', { field, expected: 'a string', found: clip(value) })
  // Empty is not absent: a DELETE whose PicName was lost must not delete the whole product.
  if (value === '') {
    const expected = field === 'PicName' && json.PicName === '' ? 'a name (leave it out to mean all)' : 'a name'
    fail('RowFieldInvalid', { field, expected, found: '""' })
  }
  return checkText(field, value, MAX_ID_LENGTH)
}

function readPicName(json: Json): string | undefined {
  if (json.PicName !== undefined && json.PicName !== null) return readId(json, 'PicName', json.PicName)
  const list = json.pic_list
  if (list === undefined || list === null) return undefined
  if (!Array.isArray(list) || list.length !== 1 || list[0] === null) fail('RowPicListInvalid', { found: clip(list) })
  return readId(json, 'pic_list', list[0])
}

/** The name of an object that will be read. A DELETE names a stored image, which may be called anything. */
function checkObjectName(picName: string): void {
  const clipped = { picName: clip(picName) }
  if (picName.startsWith('/') || picName.endsWith('/')) fail('RowPicNameSlash', clipped)
  if (picName.split('/').includes('..')) fail('RowPicNameOutside', clipped)
  if (!/\.[^./\s]+$/.test(picName)) fail('RowPicNameNoExtension', clipped)
}

function readFields(json: Json): ImageFields {
  const fields: Record<string, string | number> = {}
  const customContent = readText('CustomContent', json.CustomContent ?? json.cust_content, MAX_CONTENT_LENGTH)
  if (customContent !== undefined) fields.customContent = customContent
  for (const name of INT_ATTRIBUTES) {
    const field = manifestName(name)
    const value = readInteger(field, json[field] ?? json[oldName(name)], -MAX_INT32 - 1)
    if (value !== undefined) fields[name] = value
  }
  for (const name of STR_ATTRIBUTES) {
    const field = manifestName(name)
    const value = readText(field, json[field] ?? json[oldName(name)], MAX_STR_ATTRIBUTE_LENGTH)
    if (value !== undefined) fields[name] = value
  }
  return fields
}

/** intAttr2 -> IntAttr2 */
function manifestName(attribute: string): string {
  return attribute[0]?.toUpperCase() + attribute.slice(1)
}

/** intAttr2 -> int_attr2 */
function oldName(attribute: string): string {
  return attribute.replace('Attr', '_attr')
}

function readText(field: string, value: unknown, max: number): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof text !== 'string') return fail('RowFieldInvalid', { field, expected: 'a string', found: clip(value) })
  return checkText(field, text, max)
}

function readInteger(field: string, value: unknown, min: number): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= MAX_INT32) return number
  return fail('RowFieldInvalid', { field, expected: `a whole number of ${min} to ${MAX_INT32}`, found: clip(value) })
}

function readBoolean(field: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'string' ? value.toLowerCase() : value
  if (text === true || text === 'true') return true
  if (text === false || text === 'false') return false
  return fail('RowFieldInvalid', { field, expected: 'true or false', found: clip(value) })
}

function readRegion(value: unknown): Region | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const found = clip(value)
  if (typeof value !== 'string') return fail('RowFieldInvalid', { field: 'Region', expected: 'a string', found })
  const numbers = /^\s*(\d{1,6})\s*,\s*(\d{1,6})\s*,\s*(\d{1,6})\s*,\s*(\d{1,6})\s*$/.exec(value)?.slice(1).map(Number)
  if (!numbers) return fail('RegionInvalid', { found })
  const [x1, x2, y1, y2] = numbers as [number, number, number, number]
  if (x1 >= x2 || y1 >= y2) fail('RegionInvalid', { found })
  return { x1, x2, y1, y2 }
}

function checkText(field: string, text: string, max: number): string {
  // The store could not give them back as they are.
  if (!text.isWellFormed() || text.includes('\0')) {
    fail('RowFieldInvalid', { field, expected: 'text without zero bytes and halves of characters', found: clip(text) })
  }
  if (text.length > max) fail('RowFieldTooLong', { field, max, length: text.length })
  return text
}

function parseObject(text: string): Json {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch (error) {
    const rest = afterFirstObject(source)
    if (rest?.startsWith('{')) fail('RowSeveralObjects', { found: clip(rest) })
    const reason = rest?.startsWith(',') ? 'there is a comma after the object' : jsonReason(error)
    return fail('RowNotJson', { reason, found: clip(source.trim()) })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  return fail('RowNotJson', { reason: 'it is no object', found: clip(source.trim()) })
}

/** The parser's complaint without the text that it quotes. */
function jsonReason(error: unknown): string {
  return (error as Error).message.replace(/,? ?(\.\.\.)?".*$/s, '').replace(/ in JSON/, '') || 'it is not JSON'
}

/** What follows the first balanced `{...}`; undefined when the text does not begin with one. */
function afterFirstObject(text: string): string | undefined {
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (isString) {
      if (c === '\\') i++
      else if (c === '"') isString = false
    } else if (c === '"') isString = true
    else if (c === '{') depth++
    else if (c === '}' && --depth === 0)
      return text
        .slice(i + 1)
        .replace(/^[\s,;]+(?=\{)/, '')
        .trim()
  }
  return undefined
}

function idForReport(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? clip(String(value), MAX_ID_LENGTH) : ''
}

function missing(field: string, json: Json): SightlineError {
  return problem('RowFieldMissing', { field, found: clip(Object.keys(json).join(', ') || 'an empty object') })
}

function fail<C extends ErrorCode>(code: C, params: ErrorParams<C>): never {
  throw problem(code, params)
}
