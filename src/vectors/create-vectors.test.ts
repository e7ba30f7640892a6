import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, mock, suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { pino } from 'pino'
import { filters } from '../../test/arbitrary-filters.ts'
import { assertSameHits, madeRow, madeVector, nearest } from '../../test/contracts/vectors.ts'
import { MadeTruth } from '../../test/made-truth.ts'
import type { Filter } from '../filter.ts'
import { createLanceEngine, createVectors, type IndexRow, type VectorEngine, type Vectors } from './index.ts'

const INSTANCE = 7
const MODEL = 'made-1'
const DIMENSION = 16
const log = pino({ level: 'silent' })

let folder: string
let truth: MadeTruth
let engine: VectorEngine
let vectors: Vectors

/** A room as after the start of the process. */
async function start(wrap: (real: VectorEngine) => VectorEngine = (real) => real): Promise<void> {
  engine = mortal(wrap(await createLanceEngine(folder)))
  vectors = createVectors({ engine, source: truth, log })
  await vectors.open(INSTANCE, MODEL, DIMENSION)
}

let kill: () => Promise<void>

/** The engine of a process that {@link kill} ends: nothing is written afterwards. */
function mortal(real: VectorEngine): VectorEngine {
  const writing = new Set<Promise<void>>()
  let isDead = false
  kill = async () => {
    isDead = true
    await Promise.allSettled(writing)
  }
  const write = (work: () => Promise<void>): Promise<void> => {
    if (isDead) return new Promise(() => {})
    const result = work()
    writing.add(result)
    return result
  }
  return {
    ...real,
    async open(name, dimension) {
      const table = await real.open(name, dimension)
      return {
        ...table,
        upsert: (rows) => write(() => table.upsert(rows)),
        remove: (ids) => write(() => table.remove(ids)),
        maintain: () => write(() => table.maintain()),
      }
    },
  }
}

function put(id: number, state = 0): void {
  vectors.apply(INSTANCE, [truth.put(id, madeRow(id, state))])
}

function remove(id: number): void {
  vectors.apply(INSTANCE, [truth.delete(id)])
}

/** Makes the time come at which pending changes go into the table. */
async function flush(): Promise<void> {
  mock.timers.tick(1500)
  while (vectors.state(INSTANCE).pending > 0) await nextTurn()
}

async function assertUpToDate(filter?: Filter): Promise<void> {
  const rows: IndexRow[] = [...truth.images].map(([id, image]) => ({ ...image, id }))
  const query = madeVector(4711)
  const search = { limit: 10_000, ...(filter && { filter }) }
  const found = await vectors.search(INSTANCE, query, search)
  const expected = nearest(rows, query, 10_000, filter)
  // A mean that has been taken out changes the similarities, not what there is.
  if (vectors.state(INSTANCE).calibration.images === 0) assertSameHits(found.slice(0, 20), expected.slice(0, 20))
  const ids = (hits: readonly { id: number }[]) => hits.map(({ id }) => id).sort((a, b) => a - b)
  assert.deepEqual(ids(found), ids(expected))
  assert.equal(await vectors.count(INSTANCE, filter), expected.length)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-vectors-'))
  truth = new MadeTruth()
  mock.timers.enable({ apis: ['setTimeout'] })
})
afterEach(async () => {
  mock.timers.reset()
  await vectors.close()
  await rm(folder, { recursive: true, maxRetries: 5 })
})

suite('vectors', () => {
  test('a change is searched at once, before it is in the table and after', async () => {
    await start()
    put(1)
    put(2)
    assert.equal(vectors.state(INSTANCE).pending, 2)
    await assertUpToDate()
    const [best] = await vectors.search(INSTANCE, madeRow(1).vector, { limit: 1 })
    assert.deepEqual([best?.id, best?.score], [1, 1])
    await flush()
    assert.equal(vectors.state(INSTANCE).rows, 2)
    await assertUpToDate()
    put(1, 1)
    remove(2)
    await assertUpToDate()
    await flush()
    await assertUpToDate()
  })

  test('changes that come twice, late or out of order do no harm', async () => {
    await start()
    const [first, second] = [truth.put(1, madeRow(1)), truth.put(1, madeRow(1, 1))]
    const [added, removed] = [truth.put(2, madeRow(2)), truth.delete(2)]
    vectors.apply(INSTANCE, [second, first, removed, added, second])
    await assertUpToDate()
    await flush()
    await assertUpToDate()
    vectors.apply(INSTANCE, [first, added])
    assert.equal(vectors.state(INSTANCE).pending, 0)
    await assertUpToDate()
  })

  test('a change whose announcement was lost is applied with the next one', async () => {
    await start()
    truth.put(1, madeRow(1))
    put(2)
    await flush()
    await assertUpToDate()
  })

  test('filters mean the same on pending changes and on the table', async () => {
    await start()
    for (let id = 1; id < 30; id++) put(id)
    await flush()
    for (let id = 20; id < 30; id++) put(id, 1)
    for (let id = 10; id < 15; id++) remove(id)
    for (let id = 30; id < 60; id++) put(id)
    await fc.assert(
      fc.asyncProperty(filters(), (filter) => assertUpToDate(filter)),
      { numRuns: 60 },
    )
  })

  test('any run of changes, flushes and restarts ends with what the store has', async () => {
    const steps = fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({
            kind: fc.constant('put' as const),
            id: fc.integer({ min: 1, max: 9 }),
            state: fc.nat(3),
          }),
        },
        {
          weight: 3,
          arbitrary: fc.record({ kind: fc.constant('remove' as const), id: fc.integer({ min: 1, max: 9 }) }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
      ),
      { maxLength: 25 },
    )
    await start()
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        for (const step of list) {
          if (step.kind === 'put') put(step.id, step.state)
          else if (step.kind === 'remove') remove(step.id)
          else if (step.kind === 'flush') await flush()
          else {
            await (step.kind === 'close' ? vectors.close() : kill())
            await start()
          }
        }
        await assertUpToDate()
      }),
      { numRuns: 15 },
    )
  })

  test('an index whose folder was deleted is made again from the store', async () => {
    await start()
    for (let id = 1; id < 100; id++) put(id)
    await flush()
    await vectors.close()
    await rm(folder, { recursive: true, maxRetries: 5 })
    await start()
    await assertUpToDate()
  })

  test('an index that cannot be read, or lacks rows, is made again from the store', async () => {
    await start()
    for (let id = 1; id < 20; id++) put(id)
    await flush()
    await vectors.close()
    const [table] = await (await createLanceEngine(folder)).list()
    await rm(join(folder, `${table}.lance`, '_versions'), { recursive: true })
    await start()
    await assertUpToDate()
    await (await (await createLanceEngine(folder)).open((await engine.list())[0]!, DIMENSION)).remove([3])
    await kill()
    await start()
    await assertUpToDate()
  })

  test('an index of another model is replaced', async () => {
    await start()
    put(1)
    await vectors.close()
    engine = await createLanceEngine(folder)
    vectors = createVectors({ engine, source: truth, log })
    await vectors.open(INSTANCE, 'made-2', DIMENSION)
    await assertUpToDate()
    assert.equal((await engine.list()).length, 1)
  })

  test('a collection that has grown gets a new basis, while searches and changes go on', async () => {
    await start()
    const { generation } = vectors.state(INSTANCE)
    for (let id = 1; id < 300; id++) put(id)
    await flush()
    for (let id = 300; vectors.state(INSTANCE).generation === generation; id++) {
      put(id)
      remove(id - 200)
      await assertUpToDate()
      await nextTurn()
    }
    assert.ok(vectors.state(INSTANCE).calibration.images >= 299)
    await assertUpToDate()
    await flush()
    await assertUpToDate()
    while ((await engine.list()).length > 1) await nextTurn()
    assert.equal((await truth.generations()).length, 1)
  })

  test('rebuild makes the index again beside the old one', async () => {
    await start()
    for (let id = 1; id < 50; id++) put(id)
    const { generation } = vectors.state(INSTANCE)
    const rebuilt = vectors.rebuild(INSTANCE)
    assert.equal(vectors.state(INSTANCE).isRebuilding, true)
    put(50)
    await assertUpToDate()
    await rebuilt
    assert.notEqual(vectors.state(INSTANCE).generation, generation)
    await assertUpToDate()
  })

  test('one to thirty images never degenerate: scores are numbers, and 1 for the same picture only', async () => {
    await start()
    for (let id = 1; id <= 30; id++) {
      put(id)
      const hits = await vectors.search(INSTANCE, madeRow(id).vector, { limit: 30 })
      assert.equal(hits.length, id)
      for (const hit of hits) assert.ok(hit.score >= 0 && (hit.id === id) === (hit.score === 1), `${hit.score}`)
    }
    await vectors.rebuild(INSTANCE)
    const [best] = await vectors.search(INSTANCE, madeRow(5).vector, { limit: 1 })
    assert.deepEqual([best?.id, best?.score], [5, 1])
    for (const hit of await vectors.search(INSTANCE, new Float32Array(DIMENSION), { limit: 30 })) {
      assert.ok(hit.score >= 0 && hit.score < 1)
    }
    assert.equal(vectors.compare(INSTANCE, madeVector(1), madeVector(1)).score, 1)
    assert.ok(vectors.compare(INSTANCE, madeVector(1), madeVector(2)).score < 1)
  })

  test('writers wait while the table is behind, and a table that fails for a while loses nothing', async () => {
    let isBroken = true
    await start((real) => ({
      ...real,
      async open(name, dimension) {
        const table = await real.open(name, dimension)
        const upsert: typeof table.upsert = async (rows) => {
          if (isBroken) throw new Error('no space left on device')
          await table.upsert(rows)
        }
        return { ...table, upsert }
      },
    }))
    const row = madeRow(1)
    const changes = Array.from({ length: 8000 }, (_, i) => truth.put(i + 1, { ...row, vector: madeVector(i) }))
    vectors.apply(INSTANCE, changes)
    let isReady = false
    const ready = vectors.ready(INSTANCE).then(() => {
      isReady = true
    })
    await assert.rejects(vectors.ready(INSTANCE, AbortSignal.abort()))
    for (let turn = 0; turn < 50; turn++) await nextTurn()
    assert.equal(isReady, false)
    await assertUpToDate()
    isBroken = false
    mock.timers.tick(5000)
    await ready
    while (vectors.state(INSTANCE).pending > 0) await flush()
    await assertUpToDate()
  })

  test('the ids are those of table and pending changes together', async () => {
    await start()
    for (let id = 1; id < 10; id++) put(id)
    await flush()
    put(3, 1)
    remove(4)
    put(20)
    const ids: number[] = []
    for await (const block of vectors.ids(INSTANCE)) ids.push(...block)
    assert.deepEqual(
      ids.sort((a, b) => a - b),
      [1, 2, 3, 5, 6, 7, 8, 9, 20],
    )
  })

  test('a dropped instance leaves no table, and what a crash left is removed at the next start', async () => {
    await start()
    put(1)
    await vectors.drop(INSTANCE)
    assert.deepEqual(await engine.list(), [])
    assert.deepEqual(await truth.generations(), [])
    vectors.apply(INSTANCE, [truth.put(2, madeRow(2))])
    await assert.rejects(vectors.search(INSTANCE, madeVector(1), { limit: 1 }), { code: 'InstanceNotFound' })
    await (await engine.open('instance-7-99', DIMENSION)).close()
    await vectors.close()
    await start()
    assert.equal((await engine.list()).length, 1)
    await assertUpToDate()
  })
})
