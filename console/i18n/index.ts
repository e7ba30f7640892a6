/**
 * Words of the console in the person's language. A language is two files, each loaded when it is needed: what the first
 * page shows, and the rest.
 */
import type { Messages } from './en.ts'
import type { PageMessages } from './pages-en.ts'

export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const
export type Language = keyof typeof LANGUAGES

const KEPT = 'sightline-language'
type Load<M> = () => Promise<{ messages: M }>
const LOADERS: Readonly<Record<Language, { first: Load<Messages>; pages: Load<PageMessages> }>> = {
  en: { first: () => import('./en.ts'), pages: () => import('./pages-en.ts') },
  'zh-CN': { first: () => import('./zh-cn.ts'), pages: () => import('./pages-zh-cn.ts') },
}

type Words = Messages & PageMessages
let messages: Words
let hasPages = false
let plural: Intl.PluralRules
let language: Language = 'en'

/** The choice of the person, else the first language of the browser that there is. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept !== null && kept in LANGUAGES) return kept as Language
  return navigator.languages.some((l) => l.startsWith('zh')) && !navigator.languages[0]?.startsWith('en')
    ? 'zh-CN'
    : 'en'
}

export async function loadLanguage(wanted: Language): Promise<void> {
  const { first, pages } = LOADERS[wanted]
  const [own, more] = await Promise.all([first(), hasPages ? pages() : undefined])
  // Words of pages are asked for only once they are there: pages are loaded together with them.
  messages = { ...own.messages, ...more?.messages } as Words
  language = wanted
  plural = new Intl.PluralRules(wanted)
  document.documentElement.lang = wanted
}

/** A page behind the first one, with its words. */
export async function withWords<P>(page: Promise<P>): Promise<P> {
  // Another language may be chosen meanwhile.
  for (let wanted = language; !hasPages; wanted = language) {
    const words = await LOADERS[wanted].pages()
    if (wanted !== language) continue
    messages = { ...messages, ...words.messages }
    hasPages = true
  }
  return page
}

export async function chooseLanguage(wanted: Language): Promise<void> {
  localStorage.setItem(KEPT, wanted)
  await loadLanguage(wanted)
}

export const currentLanguage = (): Language => language

export type Key = keyof Words
type Values = Readonly<Record<string, string | number>>

/** The sentence of a key, with `{name}` filled in. `n` chooses the singular where a key ending in `.one` exists. */
export function t(key: Key, values: Values = {}): string {
  const { n } = values
  const one = `${key}.one`
  const isOne = typeof n === 'number' && one in messages && plural.select(n) === 'one'
  const sentence = messages[isOne ? (one as Key) : key]
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? number(value) : (value ?? '')
  })
}

/** What a word that comes from the server (a state, a code) is called, else the word itself. */
export function named(prefix: string, word: string): string {
  const key = `${prefix}.${word}`
  return key in messages ? messages[key as Key] : word
}

const formats = new Map<string, { format(value: never): string }>()

function cached<F extends { format(value: never): string }>(key: string, make: () => F): F {
  const known = formats.get(`${language} ${key}`) ?? make()
  formats.set(`${language} ${key}`, known)
  return known as F
}

export function number(value: number, digits = 0): string {
  return cached(`number ${digits}`, () => new Intl.NumberFormat(language, { maximumFractionDigits: digits })).format(
    value,
  )
}

export function percent(share: number, digits = 0): string {
  return cached(
    `percent ${digits}`,
    () => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }),
  ).format(share)
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

export function bytes(size: number): string {
  const power = size < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log(size) / Math.log(1000)))
  const value = size / 1000 ** power
  return `${number(value, value < 10 && power > 0 ? 1 : 0)} ${BYTE_UNITS[power]}`
}

/** `14:05` today, `3 Mar 14:05` this year, with the year before. */
export function moment(ms: number): string {
  const date = new Date(ms)
  const now = new Date()
  const isToday = date.toDateString() === now.toDateString()
  const isThisYear = date.getFullYear() === now.getFullYear()
  const style: Intl.DateTimeFormatOptions = isToday
    ? { hour: '2-digit', minute: '2-digit' }
    : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...(!isThisYear && { year: 'numeric' }) }
  return cached(
    `moment ${isToday} ${isThisYear}`,
    () => new Intl.DateTimeFormat(language, { ...style, hourCycle: 'h23' }),
  ).format(date)
}

export function fullMoment(ms: number): string {
  return cached(
    'full moment',
    () => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
  ).format(new Date(ms))
}

/** `850 ms`, `12.3 s`, `4 min 10 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${number(ms, ms < 10 ? 1 : 0)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${number(ms / 1000, 1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`
  return `${number(Math.floor(minutes / 60))} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`
}
