/**
 * The grammar of filters, as users write them: text to tree and back. Described for users in docs/reference/filter.md.
 */
import { INT_ATTRIBUTES, STR_ATTRIBUTES } from './attributes.ts'
import { clip, problem } from './errors.ts'
import type { Comparison, Filter, IntField, StrField } from './filter.ts'

/** Characters of a filter at most, as the official API has it. It bounds the number of terms, too (about 300). */
export const MAX_FILTER_LENGTH = 4096
/** Parentheses inside parentheses at most; keeps every engine's own parser within its limits. */
export const MAX_FILTER_DEPTH = 12

const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1

const INT_FIELDS: readonly IntField[] = [...INT_ATTRIBUTES, 'categoryId']
const FIELDS = new Map<string, { kind: 'int'; field: IntField } | { kind: 'str'; field: StrField }>()
for (const field of INT_FIELDS) for (const name of spellings(field)) FIELDS.set(name, { kind: 'int', field })
for (const field of STR_ATTRIBUTES) for (const name of spellings(field)) FIELDS.set(name, { kind: 'str', field })

type Token =
  | { readonly kind: 'word' | 'operator' | 'punctuation'; readonly text: string; readonly at: number }
  | { readonly kind: 'integer'; readonly value: number; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: 'the end'; readonly at: number }

const TOKEN =
  /\s*(?:(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<integer>[+-]?\d+)|(?<operator>[!<>]=|[=<>])|(?<punctuation>[(),])|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))/sy

/**
 * Parses a filter such as `int_attr >= 100 AND str_attr in ("red", 'blue')`.
 *
 * AND binds stronger than OR. Field names and keywords in any case; a backslash before a quote or a backslash takes
 * its meaning away, elsewhere it stands for itself.
 *
 * @throws FilterInvalid with the reason and the position (first character = 1)
 */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_FILTER_LENGTH) {
    return fail(`it has ${text.length} characters, at most ${MAX_FILTER_LENGTH} are allowed`, MAX_FILTER_LENGTH)
  }
  return new Parser(tokenize(text)).parse()
}

/** Recursive descent over the tokens; every method reads what it is named after. */
class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Filter {
    const filter = this.#chain('or')
    if (this.#token.kind !== 'end') this.#unexpected('AND or OR')
    return filter
  }

  #chain(kind: 'or' | 'and'): Filter {
    const terms: Filter[] = []
    do terms.push(kind === 'or' ? this.#chain('and') : this.#term())
    while (this.#accept('word', kind))
    return terms.length === 1 ? terms[0]! : { kind, terms }
  }

  #term(): Filter {
    const { at } = this.#token
    if (!this.#accept('punctuation', '(')) return this.#comparison()
    this.#depth++
    if (this.#depth > MAX_FILTER_DEPTH) fail(`parentheses are nested more than ${MAX_FILTER_DEPTH} deep`, at)
    const filter = this.#chain('or')
    if (!this.#accept('punctuation', ')')) this.#unexpected('AND, OR or )')
    this.#depth--
    return filter
  }

  #comparison(): Filter {
    const token = this.#token
    const named = token.kind === 'word' ? FIELDS.get(token.text.toLowerCase()) : undefined
    if (!named) return this.#unexpected('a field (int_attr to int_attr4, str_attr to str_attr4, category_id)')
    this.#next++
    const not = this.#accept('word', 'not')
    const isList = this.#accept('word', 'in')
    if (not && !isList) this.#unexpected('in')
    if (named.kind === 'int') {
      const { field } = named
      if (isList) return { kind: 'intIn', field, not, values: this.#list(() => this.#integer()) }
      return { kind: 'int', field, op: this.#operator(), value: this.#integer() }
    }
    const { field } = named
    if (isList) return { kind: 'strIn', field, not, values: this.#list(() => this.#text()) }
    return { kind: 'str', field, op: this.#textOperator(), value: this.#text() }
  }

  #operator(): Comparison {
    const token = this.#token
    if (token.kind !== 'operator') return this.#unexpected('an operator (= != < <= > >= in, not in)')
    this.#next++
    return token.text as Comparison
  }

  #textOperator(): '=' | '!=' {
    const { at } = this.#token
    const op = this.#operator()
    return op === '=' || op === '!=' ? op : fail(`a text can be compared with =, != and in, not with ${op}`, at)
  }

  #list<T>(readValue: () => T): T[] {
    if (!this.#accept('punctuation', '(')) this.#unexpected('( and a list of values')
    const values: T[] = []
    do values.push(readValue())
    while (this.#accept('punctuation', ','))
    if (!this.#accept('punctuation', ')')) this.#unexpected(', or )')
    return values
  }

  #integer(): number {
    const token = this.#token
    if (token.kind !== 'integer') return this.#unexpected('an integer')
    if (token.value < INT32_MIN || token.value > INT32_MAX) {
      fail(`${clip(token.text, 30)} is not between ${INT32_MIN} and ${INT32_MAX}`, token.at)
    }
    this.#next++
    return token.value
  }

  #text(): string {
    const token = this.#token
    if (token.kind !== 'text') return this.#unexpected('a text in quotes')
    this.#next++
    return token.value
  }

  get #token(): Token {
    return this.#tokens[this.#next]!
  }

  #accept(kind: 'word' | 'punctuation', text: string): boolean {
    const token = this.#token
    const isIt = token.kind === kind && token.text.toLowerCase() === text
    if (isIt) this.#next++
    return isIt
  }

  #unexpected(expected: string): never {
    return fail(`expected ${expected}, got ${clip(this.#token.text, 30)}`, this.#token.at)
  }
}

/**
 * Writes a filter as text that {@link parseFilter} reads back to the same meaning.
 *
 * @param filter a tree without empty lists, as `parseFilter` makes them
 */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.map(formatTerm).join(` ${filter.kind.toUpperCase()} `)
    case 'int':
      return `${snakeCase(filter.field)} ${filter.op} ${filter.value}`
    case 'str':
      return `${snakeCase(filter.field)} ${filter.op} ${quote(filter.value)}`
    case 'intIn':
      return `${snakeCase(filter.field)} ${filter.not ? 'not in' : 'in'} (${filter.values.join(', ')})`
    case 'strIn':
      return `${snakeCase(filter.field)} ${filter.not ? 'not in' : 'in'} (${filter.values.map(quote).join(', ')})`
  }
}

function formatTerm(filter: Filter): string {
  const isChain = filter.kind === 'and' || filter.kind === 'or'
  return isChain ? `(${formatFilter(filter)})` : formatFilter(filter)
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) return failAtCharacter(text, from)
    const at = TOKEN.lastIndex - match[0].trimStart().length + 1
    tokens.push(tokenOf(match.groups!, at))
  }
  tokens.push({ kind: 'end', text: 'the end', at: end + 1 })
  return tokens
}

function tokenOf(groups: Record<string, string | undefined>, at: number): Token {
  const { word, integer, operator, punctuation, text } = groups
  if (integer !== undefined) return { kind: 'integer', value: Number(integer), text: integer, at }
  if (text !== undefined) return { kind: 'text', value: unquote(text), text, at }
  if (word !== undefined) return { kind: 'word', text: word, at }
  if (operator !== undefined) return { kind: 'operator', text: operator, at }
  return { kind: 'punctuation', text: punctuation!, at }
}

function failAtCharacter(text: string, from: number): never {
  const at = from + text.slice(from).search(/\S/)
  const character = String.fromCodePoint(text.codePointAt(at)!)
  const isQuote = character === '"' || character === "'"
  return fail(isQuote ? 'the quote is not closed' : `${character} has no meaning here`, at + 1)
}

function fail(reason: string, position: number): never {
  throw problem('FilterInvalid', { reason, position })
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(["'\\])/g, '$1')
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function spellings(field: string): string[] {
  return [field.toLowerCase(), snakeCase(field)]
}
