/**
 * What every engine of the vector room promises. An engine's test calls {@link vectorsContract} with a way to open an
 * engine on the same data again and again.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Filter, matches } from '../../src/filter.ts'
import type { Hit, IndexRow, VectorEngine, VectorTable } from '../../src/vectors/index.ts'
import { rows as anyAttributes, filters } from '../arbitrary-filters.ts'

export interface VectorsFixture {
  /** Opens the engine, each time on the same data. */
  open(): Promise<VectorEngine>
  /** Rows from which the engine searches approximately; its tables are tested below and above. */
  readonly indexFrom: number
  close(): Promise<void>
}

const DIMENSION = 16

/** Random attributes of one row, the same for the same seed. */
const attributes = (seed: number) => fc.sample(anyAttributes(), { seed, numRuns: 1 })[0]!

/** A row whose vector and attributes follow from its id and, for a second state of it, from `state`. */
export function madeRow(id: number, state = 0): IndexRow {
  return { id, vector: madeVector(id * 31 + state), ...attributes(id * 31 + state) }
}

export function madeVector(seed: number, dimension = DIMENSION): Float32Array {
  const vector = Float32Array.from(
    { length: dimension },
    (_, i) => Math.sin((seed + 1) * (i + 1) * 12.9898) * 43758.5453,
  )
  const centred = vector.map((x) => x - Math.floor(x) - 0.5)
  const length = Math.hypot(...centred)
  return centred.map((x) => x / length)
}

export function similarity(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0)
}

/** The nearest rows by comparing with every one of them. */
export function nearest(all: Iterable<IndexRow>, query: Float32Array, limit: number, filter?: Filter): Hit[] {
  return [...all]
    .filter((row) => !filter || matches(filter, row))
    .map((row) => ({ id: row.id, similarity: similarity(row.vector, query) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
}

export function assertSameHits(found: readonly Hit[], expected: readonly Hit[], message?: string): void {
  const ids = (hits: readonly Hit[]) => hits.map(({ id }) => id)
  assert.deepEqual(ids(found), ids(expected), message)
  found.forEach((hit, i) => {
    assert.ok(Math.abs(hit.similarity - expected[i]!.similarity) < 1e-5, `${hit.similarity} of ${hit.id}`)
  })
}

async function allIds(table: VectorTable): Promise<number[]> {
  const ids: number[] = []
  for await (const block of table.ids()) ids.push(...block)
  return ids.sort((a, b) => a - b)
}

export function vectorsContract(engineName: string, make: () => Promise<VectorsFixture>): void {
  describe(`vector engine ${engineName}`, () => {
    let fixture: VectorsFixture
    let engine: VectorEngine

    before(async () => {
      fixture = await make()
      engine = await fixture.open()
    })
    after(async () => {
      await engine.close()
      await fixture.close()
    })

    test('a new table is empty and answers', async () => {
      const table = await engine.open('empty', DIMENSION)
      assert.deepEqual(await table.search(madeVector(1), { limit: 10 }), [])
      assert.equal(await table.count(), 0)
      assert.deepEqual(await allIds(table), [])
      await table.remove([1, 2])
      await table.maintain()
      await table.close()
    })

    test('tables are listed and dropped, one that does not exist without error', async () => {
      await (await engine.open('short-lived', DIMENSION)).close()
      assert.ok((await engine.list()).includes('short-lived'))
      await engine.drop('short-lived')
      await engine.drop('short-lived')
      assert.ok(!(await engine.list()).includes('short-lived'))
    })

    test('what a write has acknowledged is found, replaced and removed', async () => {
      const table = await engine.open('writes', DIMENSION)
      await table.upsert([madeRow(1), madeRow(2), madeRow(2 ** 40)])
      assertSameHits(await table.search(madeVector(31), { limit: 1 }), [{ id: 1, similarity: 1 }])
      await table.upsert([madeRow(1, 5)])
      assertSameHits(await table.search(madeVector(36), { limit: 1 }), [{ id: 1, similarity: 1 }])
      assert.equal(await table.count(), 3)
      await table.remove([1, 77])
      assert.deepEqual(await allIds(table), [2, 2 ** 40])
      await table.close()
    })

    test('writes that come together end as if they had come one after another', async () => {
      const table = await engine.open('together', DIMENSION)
      await Promise.all([
        table.upsert([madeRow(1), madeRow(1, 1), madeRow(2)]),
        table.remove([2]),
        table.upsert([madeRow(3)]),
        table.upsert([madeRow(2, 7), madeRow(4)]),
        table.remove([3]),
      ])
      const left = [madeRow(1, 1), madeRow(2, 7), madeRow(4)]
      const query = madeVector(9)
      assertSameHits(await table.search(query, { limit: 10 }), nearest(left, query, 10))
      await table.close()
    })

    test('excluded rows are not among the hits and not counted', async () => {
      const table = await engine.open('excluded', DIMENSION)
      const rows = Array.from({ length: 50 }, (_, i) => madeRow(i))
      await table.upsert(rows)
      const query = madeVector(3)
      const order = nearest(rows, query, 50)
      const exclude = order.slice(0, 20).map(({ id }) => id)
      assertSameHits(await table.search(query, { limit: 5, exclude }), order.slice(20, 25))
      assert.equal((await table.search(query, { limit: 50, exclude })).length, 30)
      const filter: Filter = { kind: 'int', field: 'intAttr', op: '>', value: 0 }
      const kept = rows.filter((row) => matches(filter, row) && !exclude.includes(row.id))
      assert.equal(await table.count(filter, [...exclude, 1000]), kept.length)
      await table.close()
    })

    test('a query or a row without direction is no error and spoils no answer', async () => {
      const table = await engine.open('zero', DIMENSION)
      await table.upsert([madeRow(1), { ...madeRow(2), vector: new Float32Array(DIMENSION) }])
      for (const query of [madeVector(31), new Float32Array(DIMENSION)]) {
        for (const hit of await table.search(query, { limit: 10 })) assert.ok(Number.isFinite(hit.similarity))
      }
      await table.close()
    })

    test('a filter keeps exactly the rows that match it', async () => {
      const table = await engine.open('filters', DIMENSION)
      const rows = Array.from({ length: 200 }, (_, i) => madeRow(i))
      await table.upsert(rows)
      await fc.assert(
        fc.asyncProperty(filters(), async (filter) => {
          const query = madeVector(5)
          const expected = nearest(rows, query, 200, filter)
          assert.equal(await table.count(filter), expected.length)
          assertSameHits(await table.search(query, { limit: 200, filter }), expected, JSON.stringify(filter))
        }),
        { numRuns: 150 },
      )
      await table.close()
    })

    test('the longest and the deepest filters that the grammar allows are taken', async () => {
      const table = await engine.open('large-filters', DIMENSION)
      const rows = Array.from({ length: 20 }, (_, i) => ({ ...madeRow(i), intAttr: i }))
      await table.upsert(rows)
      const equals = (value: number): Filter => ({ kind: 'int', field: 'intAttr', op: '=', value })
      const chain: Filter = { kind: 'or', terms: Array.from({ length: 320 }, (_, i) => equals(i * 2)) }
      assert.equal(await table.count(chain), 10)
      let deep: Filter = equals(3)
      for (let depth = 0; depth < 14; depth++) {
        deep = { kind: 'or', terms: [equals(1), { kind: 'and', terms: [{ ...equals(0), op: '>=' } as Filter, deep] }] }
      }
      assert.equal(await table.count(deep), 2)
      const list: Filter = {
        kind: 'intIn',
        field: 'intAttr',
        not: false,
        values: Array.from({ length: 2000 }, (_, i) => i),
      }
      assert.equal(await table.count(list), 20)
      await table.close()
    })

    test('a large table is searched well, with filters and after upkeep, updates and a restart', async () => {
      let table = await engine.open('large', DIMENSION)
      const rows = new Map(Array.from({ length: fixture.indexFrom + 500 }, (_, i) => [i, madeRow(i)]))
      await table.upsert([...rows.values()])
      await table.maintain()
      for (let id = 0; id < 100; id++) rows.set(id, madeRow(id, 1))
      await table.upsert([...rows.values()].slice(0, 100))
      for (let id = 100; id < 150; id++) rows.delete(id)
      await table.remove(Array.from({ length: 50 }, (_, i) => 100 + i))
      await assertFindsWell(table, rows)
      await table.maintain()
      await assertFindsWell(table, rows)
      await table.close()
      await engine.close()
      engine = await fixture.open()
      table = await engine.open('large', DIMENSION)
      assert.equal((await allIds(table)).length, rows.size)
      await assertFindsWell(table, rows)
      await table.close()
    })

    test('searches and writes go on during upkeep', async () => {
      const table = await engine.open('busy', DIMENSION)
      const rows = Array.from({ length: fixture.indexFrom + 1 }, (_, i) => madeRow(i))
      await table.upsert(rows)
      const upkeep = table.maintain()
      for (let id = 0; id < 20; id++) {
        await table.upsert([madeRow(10_000 + id)])
        const [best] = await table.search(madeRow(10_000 + id).vector, { limit: 1 })
        assert.equal(best?.id, 10_000 + id)
      }
      await upkeep
      await table.maintain()
      assert.equal(await table.count(), rows.length + 20)
      await table.close()
    })
  })
}

/** Recall of at least .98, and never fewer hits than there are. */
async function assertFindsWell(table: VectorTable, rows: ReadonlyMap<number, IndexRow>): Promise<void> {
  const tests: (Filter | undefined)[] = [
    undefined,
    { kind: 'int', field: 'intAttr', op: '>', value: 0 },
    { kind: 'str', field: 'strAttr', op: '=', value: 'a' },
    { kind: 'int', field: 'categoryId', op: '=', value: 12345 },
  ]
  for (const filter of tests) {
    let found = 0
    let wanted = 0
    for (let seed = 0; seed < 20; seed++) {
      const query = madeVector(-seed - 100)
      const expected = nearest(rows.values(), query, 10, filter)
      const search = filter ? { limit: 10, filter } : { limit: 10 }
      const ids = new Set((await table.search(query, search)).map(({ id }) => id))
      assert.equal(ids.size, expected.length)
      found += expected.filter(({ id }) => ids.has(id)).length
      wanted += expected.length
    }
    assert.ok(found >= wanted * 0.98, `recall ${found / wanted} with ${JSON.stringify(filter)}`)
  }
}
