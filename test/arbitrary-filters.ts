/**
 * Random filters and rows for property tests: values from a small pool, so that filters match some rows and not others,
 * mixed with texts that are awkward in any query language.
 */
import fc from 'fast-check'
import { type Filterable, INT_ATTRIBUTES, STR_ATTRIBUTES } from '../src/attributes.ts'
import type { Filter, IntField } from '../src/filter.ts'

const AWKWARD = [
  '',
  "'",
  '"',
  "''",
  '\\',
  "\\'",
  '%',
  '_',
  '*',
  '--',
  ';',
  '`',
  '\0',
  '\n',
  ' a ',
  'é',
  'é',
  '红',
  '😀',
  'NULL',
]
const TEXTS = ['a', 'A', 'ab', 'b', ...AWKWARD]
const INTEGERS = [-(2 ** 31), -1, 0, 1, 2, 2 ** 31 - 1]

const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const
const INT_FIELDS: readonly IntField[] = [...INT_ATTRIBUTES, 'categoryId']

function integers(): fc.Arbitrary<number> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...INTEGERS) }, fc.integer())
}

function texts(): fc.Arbitrary<string> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...TEXTS) }, fc.string({ unit: 'binary', maxLength: 8 }))
}

/** Any filter that the grammar can express. */
export function filters(): fc.Arbitrary<Filter> {
  const term: fc.Arbitrary<Filter> = fc.oneof(
    fc.record({
      kind: fc.constant('int' as const),
      field: fc.constantFrom(...INT_FIELDS),
      op: fc.constantFrom(...COMPARISONS),
      value: integers(),
    }),
    fc.record({
      kind: fc.constant('str' as const),
      field: fc.constantFrom(...STR_ATTRIBUTES),
      op: fc.constantFrom('=' as const, '!=' as const),
      value: texts(),
    }),
    fc.record({
      kind: fc.constant('intIn' as const),
      field: fc.constantFrom(...INT_FIELDS),
      not: fc.boolean(),
      values: fc.array(integers(), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      kind: fc.constant('strIn' as const),
      field: fc.constantFrom(...STR_ATTRIBUTES),
      not: fc.boolean(),
      values: fc.array(texts(), { minLength: 1, maxLength: 4 }),
    }),
  )
  const chain = (part: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> =>
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(part, { minLength: 1, maxLength: 4 }),
    })
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof({ maxDepth: 4 }, term, chain(tie('filter'))),
  })).filter
}

/** Attributes of one image. */
export function rows(): fc.Arbitrary<Filterable> {
  const fields = {
    ...Object.fromEntries(INT_FIELDS.map((field) => [field, integers()])),
    ...Object.fromEntries(STR_ATTRIBUTES.map((field) => [field, texts()])),
  }
  return fc.record(fields) as unknown as fc.Arbitrary<Filterable>
}
