import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { captures } from '../../../test/sdk/captures.ts'
import { parseMetaBody } from './meta-body.ts'

test('captured bodies of the official package are read', () => {
  const { request } = captures().find((c) => c.request.path === '/item/add')!
  assert.deepEqual(Object.fromEntries(parseMetaBody(request.body)), {
    cat_id: '0',
    item_id: '1234',
    cust_content: '{"key":"value"}',
    pic_list: 'MS5qcGc=',
    'MS5qcGc=': 'RkFLRQ==',
  })
})

test('any values come back as they were put together, offsets counting characters', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !/[,#^\p{Surrogate}]/u.test(text))
  const values = fc.uniqueArray(fc.tuple(key, fc.string({ unit: 'grapheme' })), {
    minLength: 1,
    maxLength: 10,
    selector: ([k]) => k,
  })
  fc.assert(
    fc.property(values, (pairs) => {
      const startOf = (i: number) => pairs.slice(0, i).reduce((sum, [, value]) => sum + value.length, 0)
      const meta = pairs.map(([k], i) => `${k},${startOf(i)},${startOf(i + 1)}`).join('#')
      const body = Buffer.from(`${meta}^${pairs.map(([, value]) => value).join('')}`)
      assert.deepEqual([...parseMetaBody(body)], pairs)
    }),
  )
})

test('a body that was put together wrongly says how', () => {
  const read = (body: string) => parseMetaBody(Buffer.from(body))
  assert.throws(() => read('item_id,0,1'), { official: 'NoCaretSeperator' })
  assert.throws(() => read('^abc'), { official: 'EmptyMeta' })
  for (const body of ['a,0,9^abc', 'a,2,1^abc', 'a^abc', 'a,0,1#^abc', 'a,-1,1^abc', ',0,1^abc', 'a,0,99999999999^abc'])
    assert.throws(() => read(body), { official: 'InvalidMetaItem' }, body)
})
