import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SightlineError } from '../errors.ts'
import type { Priority } from './index.ts'
import type { Model } from './model.ts'
import { PICTURE_RULES } from './picture-rules.ts'
import { createPool, JOBS_PER_WORKER, type Pool } from './pool.ts'
import type { WorkerAnalysis } from './worker-messages.ts'

const model: Model = { id: 'm', path: '', sha256: '', dimension: 1, shorterSide: 1, inputSide: 1, saliencySide: 1 }
const options = { rules: PICTURE_RULES.open }
const OK = 1
const DIES = 2
const HANGS = 3
const FAILS = 4
const SLOW = 5
const LARGE = 6
const LARGE_DIES = 7

/** A worker that does with a picture what its first byte says, and answers the second as the width. */
const PROGRAM = `
  const dying = new Set()
  process.on('message', ({ kind, id, bytes }) => {
    if (bytes?.[0] === ${LARGE_DIES}) dying.add(id)
    const done = () => process.send({ kind: 'done', id, answer: { width: bytes?.[1], timings: {} } })
    const failure = { code: 'PictureEmpty', message: 'none' }
    const die = () => process.kill(process.pid, 'SIGSEGV')
    if (kind === 'turn' && dying.has(id)) die()
    else if (kind === 'turn') setTimeout(done, 50)
    else if (bytes[0] === ${DIES}) die()
    else if (bytes[0] === ${FAILS}) process.send({ kind: 'failed', id, failure })
    else if (bytes[0] === ${HANGS}) for (;;);
    else if (bytes[0] === ${SLOW}) setTimeout(done, 50)
    else if (bytes[0] >= ${LARGE}) process.send({ kind: 'turn', id })
    else done()
  })
  process.send({ kind: 'ready' })`

async function withPool(
  { workers = 1, deadlineMs = 10_000, program = PROGRAM },
  use: (pool: Pool) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-pool-'))
  const file = join(folder, 'program.mjs')
  try {
    await writeFile(file, program)
    const pool = await createPool({ model, program: file, workers, deadlineMs })
    try {
      await use(pool)
    } finally {
      await pool.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function run(pool: Pool, kind: number, number = 0, priority: Priority = 'import', signal?: AbortSignal) {
  return give(pool, Uint8Array.of(kind, number), priority, signal)
}

async function give(pool: Pool, bytes: Uint8Array, priority: Priority, signal?: AbortSignal): Promise<WorkerAnalysis> {
  return (await pool.run({ kind: 'analyse', bytes, options }, priority, signal)).answer
}

/** As many as one worker takes; what comes after them waits. */
function fill(pool: Pool, signal?: AbortSignal): Promise<WorkerAnalysis>[] {
  return Array.from({ length: JOBS_PER_WORKER }, () => run(pool, SLOW, 0, 'import', signal))
}

/** 'ok', or the code of the error. */
async function outcome(result: Promise<WorkerAnalysis>): Promise<string> {
  return result.then(
    () => 'ok',
    (error: unknown) => (error instanceof SightlineError ? error.code : String(error)),
  )
}

test('a worker that dies fails the picture that killed it and no other, and is replaced', () =>
  withPool({ workers: 2 }, async (pool) => {
    const kinds = [OK, DIES, OK, OK, DIES, OK, SLOW, SLOW]
    const outcomes = await Promise.all(kinds.map((kind) => outcome(run(pool, kind))))
    assert.deepEqual(
      outcomes,
      kinds.map((kind) => (kind === DIES ? 'PictureUnreadable' : 'ok')),
    )
    assert.equal((await run(pool, OK, 42)).width, 42)
    assert.deepEqual({ ...pool.load(), workers: 0 }, { waiting: 0, running: 0, workers: 0 })
  }))

test('a picture that takes too long is given up and costs no other', () =>
  withPool({ deadlineMs: 200 }, async (pool) => {
    const outcomes = await Promise.all([HANGS, OK, OK].map((kind) => outcome(run(pool, kind))))
    assert.deepEqual(outcomes, ['PictureUnreadable', 'ok', 'ok'])
  }))

test('errors of the table come back as they were thrown', () =>
  withPool({}, async (pool) => {
    await assert.rejects(run(pool, FAILS), { code: 'PictureEmpty', status: 400, message: 'none' })
  }))

test('searches overtake imports that wait', () =>
  withPool({}, async (pool) => {
    const order: string[] = []
    const named = (name: string, kind: number, priority: Priority): Promise<unknown> =>
      run(pool, kind, 0, priority).then(() => order.push(name))
    const running = Array.from({ length: JOBS_PER_WORKER }, () => named('running', SLOW, 'import'))
    const waiting = [named('import', OK, 'import'), named('search', OK, 'search')]
    assert.deepEqual(pool.load(), { waiting: 2, running: JOBS_PER_WORKER, workers: 1 })
    await Promise.all([...running, ...waiting])
    assert.ok(order.indexOf('search') < order.indexOf('import'), order.join())
  }))

test('while searches come, imports leave a worker free for the next one', () =>
  withPool({ workers: 2 }, async (pool) => {
    await run(pool, OK, 0, 'search')
    const imports = Array.from({ length: 6 }, () => run(pool, SLOW))
    assert.equal(pool.load().running, 1)
    await Promise.all(imports)
  }))

test('an abort takes out what waits and does not touch what others sent', () =>
  withPool({}, async (pool) => {
    const controller = new AbortController()
    const running = fill(pool, controller.signal)
    const waiting = run(pool, OK, 0, 'import', controller.signal)
    const other = run(pool, OK)
    controller.abort(new Error('gone'))
    assert.equal(pool.load().waiting, 1)
    const outcomes = await Promise.all([...running, waiting, other].map(outcome))
    assert.deepEqual(outcomes, [...running.map(() => 'Error: gone'), 'Error: gone', 'ok'])
    await assert.rejects(run(pool, OK, 0, 'import', controller.signal), /gone/)
  }))

test('the bytes stay with the caller, and only those of the picture are sent', () =>
  withPool({}, async (pool) => {
    const large = new Uint8Array(1000).fill(9)
    large.set([OK, 77], 500)
    assert.equal((await give(pool, large.subarray(500, 502), 'search')).width, 77)
    assert.equal(large.length, 1000)
  }))

test('more waiting bytes than fit are refused', () =>
  withPool({}, async (pool) => {
    const running = fill(pool)
    const large = new Uint8Array(100 * 1024 * 1024)
    large[0] = OK
    const outcomes = await Promise.all([1, 2, 3].map(() => outcome(give(pool, large, 'import'))))
    assert.deepEqual(outcomes, ['ok', 'ok', 'ServerBusy'])
    await Promise.all(running)
  }))

test('closing ends what is in work and refuses what waits', async () => {
  let outcomes: Promise<string[]> = Promise.resolve([])
  await withPool({}, async (pool) => {
    outcomes = Promise.all([...fill(pool), run(pool, OK)].map(outcome))
  })
  assert.deepEqual(await outcomes, [...Array(JOBS_PER_WORKER).fill('ok'), 'StoppingNow'])
})

test('a worker that dies while the pool closes leaves nobody waiting', async () => {
  let outcomes: Promise<string[]> = Promise.resolve([])
  await withPool({}, async (pool) => {
    outcomes = Promise.all([DIES, SLOW].map((kind) => outcome(run(pool, kind))))
  })
  assert.deepEqual(await outcomes, ['StoppingNow', 'StoppingNow'])
})

test('large pictures are in work one at a time, whichever worker has them', () =>
  withPool({ workers: 2 }, async (pool) => {
    const start = performance.now()
    const small = run(pool, OK).then(() => performance.now() - start)
    await Promise.all([run(pool, LARGE), run(pool, LARGE), run(pool, LARGE)])
    assert.ok(performance.now() - start >= 3 * 49)
    assert.ok((await small) < 3 * 49)
  }))

test('a worker that dies with its turn gives it up', () =>
  withPool({ workers: 2 }, async (pool) => {
    const outcomes = await Promise.all([LARGE_DIES, LARGE, OK, LARGE].map((kind) => outcome(run(pool, kind))))
    assert.deepEqual(outcomes, ['PictureUnreadable', 'ok', 'ok', 'ok'])
  }))

test('workers that cannot start fail the start of the pool with their reason', async () => {
  const failure = `{ code: 'ModelUnusable', message: 'no such model' }`
  const program = `process.send({ kind: 'unusable', failure: ${failure} })`
  await assert.rejects(
    withPool({ workers: 2, program }, async () => {}),
    { code: 'ModelUnusable', message: 'no such model' },
  )
})
