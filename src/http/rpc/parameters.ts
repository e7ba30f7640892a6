/**
 * The parameters of the official API: how each kind is read from its text, and the documented error of each.
 */
import { CATEGORIES } from '../../attributes.ts'
import { clip, type ErrorCode, problem, type SightlineError } from '../../errors.ts'
import type { Filter } from '../../filter.ts'
import { parseFilter } from '../../filter-grammar.ts'
import type { Region } from '../../vision/index.ts'

/** How the text of one kind of parameter is read. */
export interface Kind<T> {
  /** What it must be; for the docs. */
  readonly about: string
  readonly read: (text: string, name: string) => T
  /** The error when a required one is absent; default `ParameterMissing`. */
  readonly missing?: () => SightlineError
  /** true = `Key=` is the empty text, not an absent parameter. */
  readonly canBeEmpty?: boolean
}

export interface Parameter<T> {
  readonly kind: Kind<unknown>
  readonly isRequired: boolean
  readonly read: (text: string | undefined, name: string) => T
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>
export type Values<P extends Parameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never }

export function required<T>(kind: Kind<T>): Parameter<T> {
  return {
    kind,
    isRequired: true,
    read(text, name) {
      if (text === undefined || text === '') throw kind.missing?.() ?? problem('ParameterMissing', { name })
      return kind.read(text, name)
    },
  }
}

export function optional<T>(kind: Kind<T>): Parameter<T | undefined> {
  return {
    kind,
    isRequired: false,
    read: (text, name) => (text === undefined || (text === '' && !kind.canBeEmpty) ? undefined : kind.read(text, name)),
  }
}

/** Reads all parameters of an action. Those it does not know are ignored, as the official service does. */
export function readParameters<P extends Parameters>(parameters: P, values: ReadonlyMap<string, string>): Values<P> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, parameter.read(values.get(name), name)]),
  ) as Values<P>
}

// Lengths are those of the latest documentation; where its languages differ, the longer one.
const MAX_ID = 512
const MAX_CUSTOM_CONTENT = 4096
const MAX_STR_ATTR = 128
const MAX_WORDS = 512
const MAX_NUM = 100
const MAX_START = 499
const MAX_RESULTS = 500
const MAX_PAGE_SIZE = 100

export const instanceName: Kind<string> = {
  about: 'name of an instance',
  missing: () => problem('InstanceNameMissing', {}),
  read: (text) => text,
}

export const productId: Kind<string> = {
  about: `1 to ${MAX_ID} characters`,
  missing: () => problem('ProductIdMissing', {}),
  read: limited(MAX_ID, 'ProductIdInvalid'),
}

export const picName: Kind<string> = {
  about: `1 to ${MAX_ID} characters`,
  missing: () => problem('PicNameMissing', {}),
  read: limited(MAX_ID, 'PicNameInvalid'),
}

/** The text as sent; its bytes are got by the picture reader. */
export const picContent: Kind<string> = {
  about: 'a picture as base64, or its http(s) address',
  missing: () => problem('PictureEmpty', {}),
  read: (text) => text,
}

export const categoryId: Kind<number> = {
  about: 'id of a category',
  read(text) {
    const id = integer(text)
    if (id === undefined || !CATEGORIES.has(id)) throw problem('CategoryInvalid', { found: clip(text) })
    return id
  },
}

export const customContent: Kind<string> = {
  about: `at most ${MAX_CUSTOM_CONTENT} characters`,
  canBeEmpty: true,
  read: limited(MAX_CUSTOM_CONTENT, 'CustomContentInvalid'),
}

export const intAttr = (code: `IntAttr${'' | 2 | 3 | 4}Invalid`): Kind<number> => ({
  about: 'a 32-bit integer',
  read(text) {
    const value = integer(text)
    if (value === undefined) throw problem(code, { found: clip(text) })
    return value
  },
})

export const strAttr = (code: `StrAttr${'' | 2 | 3 | 4}Invalid`): Kind<string> => ({
  about: `at most ${MAX_STR_ATTR} characters`,
  canBeEmpty: true,
  read: limited(MAX_STR_ATTR, code),
})

/** Some SDKs send `True`. */
export const flag: Kind<boolean> = {
  about: 'true or false',
  read(text, name) {
    const lower = text.toLowerCase()
    if (lower !== 'true' && lower !== 'false')
      throw problem('ParameterInvalid', { name, expected: 'true or false', found: `"${clip(text)}"` })
    return lower === 'true'
  },
}

export const region: Kind<Region> = {
  about: 'x1,x2,y1,y2 in pixels of the picture as sent',
  read(text) {
    const numbers = /^\d{1,7}(,\d{1,7}){3}$/.test(text) ? text.split(',').map(Number) : []
    const [x1 = 0, x2 = 0, y1 = 0, y2 = 0] = numbers
    if (x1 >= x2 || y1 >= y2) throw problem('RegionInvalid', { found: clip(text) })
    return { x1, x2, y1, y2 }
  },
}

export const filter: Kind<Filter> = { about: 'see filter.md', read: parseFilter }

export const num: Kind<number> = {
  about: `1 to ${MAX_NUM}, default 10`,
  read(text) {
    const value = integer(text)
    if (value === undefined || value < 1) throw problem('NumInvalid', { found: clip(text) })
    if (value > MAX_NUM) throw problem('NumTooLarge', { found: value })
    return value
  },
}

export const start: Kind<number> = {
  about: `0 to ${MAX_START}, default 0; Start + Num at most ${MAX_RESULTS}`,
  read(text) {
    const value = integer(text)
    if (value === undefined || value < 0 || value > MAX_START) throw problem('StartInvalid', { found: clip(text) })
    return value
  },
}

/** @throws ResultsBeyondLimit */
export function checkPage(page: { Num: number | undefined; Start: number | undefined }): void {
  const { Num: num = 10, Start: start = 0 } = page
  if (start + num > MAX_RESULTS) throw problem('ResultsBeyondLimit', { start, num })
}

export const threshold: Kind<number> = {
  about: '0.00 to 1.00, default 0.00',
  read(text, name) {
    const value = /^\d?(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (!(value <= 1))
      throw problem('ParameterInvalid', { name, expected: 'a number from 0.00 to 1.00', found: `"${clip(text)}"` })
    return value
  },
}

export const words: Kind<string> = {
  about: `at most ${MAX_WORDS} characters`,
  missing: () => problem('TextMissing', {}),
  read: limited(MAX_WORDS, 'TextTooLong'),
}

export const text: Kind<string> = { about: 'text', read: (value) => value }

export const positive = (about: string): Kind<number> => ({
  about,
  read(text, name) {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : 0
    if (value < 1) throw problem('ParameterInvalid', { name, expected: 'a positive integer', found: `"${clip(text)}"` })
    return value
  },
})

/** Of lists. */
export const PAGE_PARAMETERS = {
  PageNumber: optional(positive('page, default 1')),
  PageSize: optional(positive(`rows a page, default 10, at most ${MAX_PAGE_SIZE}`)),
}

export function readPage(p: Values<typeof PAGE_PARAMETERS>): { number: number; size: number; start: number } {
  const number = p.PageNumber ?? 1
  const size = Math.min(p.PageSize ?? 10, MAX_PAGE_SIZE)
  return { number, size, start: (number - 1) * size }
}

/** undefined = no 32-bit integer. */
function integer(text: string): number | undefined {
  const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  return (value | 0) === value ? value : undefined
}

type LengthError = Extract<
  ErrorCode,
  'ProductIdInvalid' | 'PicNameInvalid' | 'CustomContentInvalid' | 'TextTooLong' | `StrAttr${'' | 2 | 3 | 4}Invalid`
>

function limited(max: number, code: LengthError): (text: string) => string {
  return (text) => {
    // Code points are counted only where they can matter: they are never more than UTF-16 units.
    const length = text.length <= max ? text.length : [...text].length
    if (length > max) throw problem(code, { max, length })
    return text
  }
}
