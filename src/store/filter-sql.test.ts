import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Filterable, INT_ATTRIBUTES, STR_ATTRIBUTES } from '../attributes.ts'
import { type Filter, type IntField, matches } from '../filter.ts'
import { insertImages, type NewImage } from './image-writes.ts'
import { listImages } from './images.ts'
import { openStore, type Store } from './index.ts'
import { insertInstance } from './instances.ts'

// Few and awkward values, so that filters and rows meet.
const ints = fc.constantFrom(0, 1, -1, 7, 2 ** 31 - 1, -(2 ** 31))
const texts = fc.constantFrom('', 'red', 'Red', "it's", '"', '%', 'a_b', '\\', "' or 1=1 --", '红', 'x'.repeat(128))
const intField: fc.Arbitrary<IntField> = fc.constantFrom(...INT_ATTRIBUTES, 'categoryId')
const strField = fc.constantFrom(...STR_ATTRIBUTES)

const row: fc.Arbitrary<Filterable> = fc.record({
  categoryId: fc.constantFrom(0, 1, 7, 88888888),
  intAttr: ints,
  intAttr2: ints,
  intAttr3: ints,
  intAttr4: ints,
  strAttr: texts,
  strAttr2: texts,
  strAttr3: texts,
  strAttr4: texts,
})

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('int' as const),
    field: intField,
    op: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    value: ints,
  }),
  fc.record({ kind: fc.constant('str' as const), field: strField, op: fc.constantFrom('=', '!='), value: texts }),
  fc.record({
    kind: fc.constant('intIn' as const),
    field: intField,
    not: fc.boolean(),
    values: fc.array(ints, { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('strIn' as const),
    field: strField,
    not: fc.boolean(),
    values: fc.array(texts, { maxLength: 4 }),
  }),
)

const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({ kind: fc.constantFrom('and', 'or'), terms: fc.array(tie('tree'), { maxLength: 4 }) }),
  ),
}))

describe('filters in SQL', () => {
  const rows = fc.sample(row, { numRuns: 300, seed: 1 })
  const byId = new Map<number, Filterable>()
  let folder: string
  let store: Store
  let instanceId: number

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-filter-'))
    store = await openStore(join(folder, 'sightline.db'))
    await store.write(async (trx) => {
      instanceId = (await insertInstance(trx, INSTANCE))?.id as number
      const ids = await insertImages(
        trx,
        rows.map((filterable, i) => imageRow(instanceId, i, filterable)),
      )
      for (const [i, filterable] of rows.entries()) byId.set(ids[i]!, filterable)
    })
  })
  after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  test('match exactly the rows that their plain meaning matches', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (filter) => {
        const found = await listImages(store.read, instanceId, { filter, limit: 1000, start: 0 })
        const expected = [...byId].filter(([, filterable]) => matches(filter, filterable)).map(([id]) => id)
        assert.deepEqual(
          found.map((image) => image.id),
          expected,
        )
      }),
      { numRuns: 300 },
    )
  })

  test('may be as wide and as deep as 4096 characters can say', async () => {
    const term: Filter = { kind: 'int', field: 'intAttr', op: '=', value: 1 }
    const wide: Filter = { kind: 'or', terms: Array.from({ length: 400 }, () => term) }
    const deep = Array.from({ length: 300 }).reduce<Filter>((inner) => ({ kind: 'and', terms: [inner, term] }), term)
    const expected = [...byId.values()].filter((filterable) => filterable.intAttr === 1).length
    for (const filter of [wide, deep]) {
      assert.equal((await listImages(store.read, instanceId, { filter, limit: 1000, start: 0 })).length, expected)
    }
  })
})

const INSTANCE = {
  name: 'filtered',
  service_type: 'product',
  capacity: 1000,
  picture_rules: 'open',
  model: 'm',
  search_qps: 0,
  write_qps: 0,
  thumbnails: 0,
  default_role: '',
  image_count: 0,
  is_dropped: 0,
  created_at: 0,
} as const

function imageRow(instanceId: number, n: number, filterable: Filterable): NewImage {
  return {
    instance_id: instanceId,
    product_id: `p${n}`,
    pic_name: 'a.jpg',
    category_id: filterable.categoryId,
    category_given: 1,
    custom_content: '',
    int_attr: filterable.intAttr,
    int_attr2: filterable.intAttr2,
    int_attr3: filterable.intAttr3,
    int_attr4: filterable.intAttr4,
    str_attr: filterable.strAttr,
    str_attr2: filterable.strAttr2,
    str_attr3: filterable.strAttr3,
    str_attr4: filterable.strAttr4,
    region: '0,1,0,1',
    width: 1,
    height: 1,
    dhash: new Uint8Array(8),
    thumbnail: '',
    source_etag: '',
    import_id: 0,
    import_line: 0,
    created_at: 0,
    updated_at: 0,
  }
}
