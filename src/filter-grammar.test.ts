import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { filters, rows } from '../test/arbitrary-filters.ts'
import type { Filterable } from './attributes.ts'
import { SightlineError } from './errors.ts'
import { type Filter, matches } from './filter.ts'
import { formatFilter, MAX_FILTER_DEPTH, MAX_FILTER_LENGTH, parseFilter } from './filter-grammar.ts'

const ROW: Filterable = {
  categoryId: 4,
  intAttr: 1000,
  intAttr2: 200,
  intAttr3: 0,
  intAttr4: -7,
  strAttr: 'str2345',
  strAttr2: 'it\'s "red" \\',
  strAttr3: '',
  strAttr4: '红色',
}

function assertInvalid(text: string, reason: RegExp, position?: number): void {
  assert.throws(
    () => parseFilter(text),
    (error) => {
      assert.ok(error instanceof SightlineError, String(error))
      assert.equal(error.code, 'FilterInvalid')
      assert.match(error.message, reason)
      if (position !== undefined) assert.match(error.message, new RegExp(`at character ${position}:`))
      return true
    },
  )
}

suite('parseFilter', () => {
  const trueOnRow = [
    'int_attr >= 100',
    'int_attr>=100',
    'str_attr != "value1"',
    'int_attr = 1000 AND str_attr = "str2345"',
    'intAttr = 1000 AND intAttr2 = 200 AND strAttr = "str2345" AND strAttr2!="str9999"',
    'INT_ATTR = 1000 and StrAttr = "str2345"',
    "strAttr2='it\\'s \"red\" \\\\'",
    'str_attr2 = "it\'s \\"red\\" \\\\"',
    'str_attr4 In ("红色", \'blue\')',
    'int_attr NOT IN (1,2, 3)',
    'int_attr4 != 7 and int_attr4=-7',
    'category_id = 4 AND categoryId in (4, 88888888)',
    'str_attr3 = ""',
    '((int_attr = 1000))',
    'int_attr = 1000 OR int_attr = 1 AND int_attr = 2',
    '(int_attr = 1 OR int_attr = 1000) AND int_attr2 = +200',
    ' \n int_attr\t=\r\n1000 ',
    'int_attr > -2147483648 AND int_attr <= 2147483647',
  ]
  for (const text of trueOnRow) {
    test(`reads ${JSON.stringify(text)}`, () => assert.equal(matches(parseFilter(text), ROW), true))
  }

  test('takes a backslash before an ordinary character as itself', () => {
    assert.deepEqual(parseFilter('str_attr = "C:\\new"'), { kind: 'str', field: 'strAttr', op: '=', value: 'C:\\new' })
  })

  test('binds AND stronger than OR', () => {
    const filter = parseFilter('int_attr = 1 OR int_attr = 2 AND int_attr = 3 OR int_attr = 4')
    assert.equal(filter.kind, 'or')
    assert.deepEqual(filter.kind === 'or' && filter.terms.map((term) => term.kind), ['int', 'and', 'int'])
  })

  test('says what is wrong and where', () => {
    assertInvalid('', /expected a field .*, got the end/, 1)
    assertInvalid('  ', /got the end/)
    assertInvalid('price > 3', /expected a field .*, got price/, 1)
    assertInvalid('int_attr5 > 3', /expected a field/, 1)
    assertInvalid('int_attr', /expected an operator .*, got the end/, 9)
    assertInvalid('int_attr = ', /expected an integer, got the end/)
    assertInvalid('int_attr = "3"', /expected an integer, got "3"/, 12)
    assertInvalid('int_attr = 3.5', /\. has no meaning here/, 13)
    assertInvalid('int_attr = 2147483648', /2147483648 is not between/, 12)
    assertInvalid('int_attr = -2147483649', /not between/)
    assertInvalid('str_attr = red', /expected a text in quotes, got red/, 12)
    assertInvalid('str_attr > "a"', /can be compared with =, != and in/, 10)
    assertInvalid('str_attr = "red', /quote is not closed/, 12)
    assertInvalid('str_attr = "red\\"', /quote is not closed/, 12)
    assertInvalid('str_attr in ()', /expected a text in quotes, got \)/)
    assertInvalid('str_attr in ("a" "b")', /expected , or \)/)
    assertInvalid('int_attr in 3', /expected \( and a list/)
    assertInvalid('int_attr not 3', /expected in, got 3/)
    assertInvalid('int_attr = 1 int_attr = 2', /expected AND or OR, got int_attr/, 14)
    assertInvalid('int_attr = 1 AND', /expected a field .*, got the end/)
    assertInvalid('(int_attr = 1', /expected AND, OR or \), got the end/)
    assertInvalid('int_attr = 1)', /expected AND or OR, got \)/, 13)
    assertInvalid('int_attr = 1; drop table x', /; has no meaning here/, 13)
    assertInvalid('int_attr = 1 😀', /😀 has no meaning here/, 14)
  })

  test('bounds length and nesting', () => {
    const long = `str_attr = "${'x'.repeat(MAX_FILTER_LENGTH - 13)}"`
    assert.equal(long.length, MAX_FILTER_LENGTH)
    assert.equal(parseFilter(long).kind, 'str')
    assertInvalid(`${long} `, /4097 characters, at most 4096/)
    const nested = (depth: number): string => `${'('.repeat(depth)}int_attr = 1${')'.repeat(depth)}`
    assert.equal(parseFilter(nested(MAX_FILTER_DEPTH)).kind, 'int')
    assertInvalid(nested(MAX_FILTER_DEPTH + 1), /nested more than/, MAX_FILTER_DEPTH + 1)
    assertInvalid('('.repeat(4096), /nested more than/)
  })

  test('throws nothing but FilterInvalid, whatever the text', () => {
    const pieces = fc.constantFrom(
      'int_attr',
      'str_attr',
      '=',
      '<=',
      '(',
      ')',
      ',',
      'in',
      'not',
      'AND',
      'or',
      '"',
      "'",
      '\\',
      '1',
      '-',
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseFilter(text)
        } catch (error) {
          assert.equal(error instanceof SightlineError && error.code, 'FilterInvalid')
        }
      }),
      { numRuns: 2000 },
    )
  })
})

suite('formatFilter', () => {
  test('writes text that parses back to the same meaning on every row', () => {
    fc.assert(
      fc.property(filters(), fc.array(rows(), { minLength: 1, maxLength: 10 }), (filter: Filter, sample) => {
        const text = formatFilter(filter)
        fc.pre(text.length <= MAX_FILTER_LENGTH)
        const parsed = parseFilter(text)
        for (const row of sample) assert.equal(matches(parsed, row), matches(filter, row), text)
      }),
      { numRuns: 1000 },
    )
  })

  test('keeps the tree of a text that has been parsed', () => {
    const text = 'int_attr = 1 OR (str_attr != "a \\"b\\"" AND category_id not in (3, 4))'
    assert.equal(formatFilter(parseFilter(text)), text)
  })
})
