import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ImportStatus } from '../../src/imports/index.ts'
import { ended, type Setup, setUp } from './setup.ts'

let setup: Setup
beforeEach(async () => {
  setup = await setUp()
  await setup.put('a.jpg', 'picture a')
})
afterEach(() => setup.close())

/** A folder with one row that writes the same picture, so that what is there in the end says who ran last. */
async function folder(name: string, rows = 1): Promise<string> {
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: String(i), PicName: 'a.jpg', CustomContent: name }),
  )
  await setup.put(`${name}/increment.meta`, lines.join('\n'))
  return `/${name}`
}

function start(path: string, queue = true): Promise<ImportStatus> {
  return setup.imports.start(setup.instance, { bucket: 'pictures', path, queue })
}

/** An import that stands in the way until it is resumed. */
async function paused(): Promise<number> {
  const { id } = await start(await folder('first', 600))
  assert.equal((await setup.imports.pause(id)).state, 'paused')
  return id
}

async function content(): Promise<string | undefined> {
  return (await setup.images.find(setup.instance.id, { productId: '0', picName: 'a.jpg' }))?.customContent
}

test('a second import of an instance is refused, unless it asks to wait', async () => {
  const first = await paused()
  const second = await folder('second')
  await assert.rejects(start(second, false), { code: 'ImportRunning', official: 'Console.IncrementStatusError' })
  const queued = await start(second)
  assert.deepEqual([queued.state, queued.ahead, queued.startedMs], ['queued', 1, 0])
  await setup.imports.resume(first)
  assert.equal((await ended(setup.imports, queued.id)).state, 'done')
  assert.equal(await content(), 'second')
})

test('queued imports run in the order in which they came, also when one of them is cancelled or fails', async () => {
  const first = await paused()
  const ids = [first]
  for (const name of ['b', 'c', 'd', 'e']) ids.push((await start(await folder(name))).id)
  const [, , cancelled, failing, last] = ids as [number, number, number, number, number]
  assert.equal((await setup.imports.status(last)).ahead, 4)
  assert.equal((await setup.imports.cancel(cancelled)).state, 'cancelled')
  assert.equal((await setup.imports.status(last)).ahead, 3)
  await setup.put('d/increment.meta', '\n\n')
  await setup.imports.resume(first)

  assert.equal((await ended(setup.imports, last)).state, 'done')
  const { imports } = await setup.imports.list(setup.instance.id, { limit: 10, start: 0 })
  assert.deepEqual(imports.map(({ id, state, code }) => [id, state, code]).reverse(), [
    [ids[0], 'done', ''],
    [ids[1], 'done', ''],
    [cancelled, 'cancelled', ''],
    [failing, 'failed', 'ManifestEmpty'],
    [last, 'done', ''],
  ])
  const started = imports.filter(({ state }) => state !== 'cancelled').map(({ startedMs }) => startedMs)
  assert.deepEqual(
    started,
    [...started].sort((a, b) => b - a),
  )
  assert.equal(await content(), 'e')
})

test('a queued import reads its manifest as it is when its turn comes', async () => {
  const first = await paused()
  const { id } = await start(await folder('second'))
  await folder('second', 3)
  await setup.imports.resume(first)
  assert.equal((await ended(setup.imports, id)).ok, 3)
})

test('the queue outlives a restart', async () => {
  const first = await paused()
  const second = await start(await folder('second'))
  const third = await start(await folder('third'))
  await setup.imports.close()
  const after = setup.restart()
  await after.resumeAll()
  assert.equal((await after.status(third.id)).ahead, 2)
  await after.resume(first)
  assert.equal((await ended(after, third.id)).state, 'done')
  assert.equal((await after.status(second.id)).state, 'done')
  assert.equal(await content(), 'third')
})

test('a queued import cannot be paused; cancelling the running one gives the next its turn', async () => {
  const { id: first } = await start(await folder('first', 5000))
  const second = await start(await folder('second'))
  assert.equal(second.state, 'queued')
  await assert.rejects(setup.imports.pause(second.id), { code: 'ImportStateInvalid', message: /queued/ })
  await setup.imports.cancel(first)
  assert.equal((await ended(setup.imports, second.id)).state, 'done')
})

test('an instance cannot be dropped, nor a bucket removed, while an import waits for them', async () => {
  const first = await paused()
  const other = await setUp()
  try {
    await setup.buckets.add('others', { driver: 'file', options: { folder: other.folder } })
    await other.put('increment.meta', '{"OperationType":"DELETE","ProductId":"1"}')
    const { id } = await setup.imports.start(setup.instance, { bucket: 'others', path: '/', queue: true })
    await assert.rejects(setup.buckets.remove('others'), { code: 'BucketInUse' })
    await assert.rejects(setup.instances.drop('shop'), { code: 'InstanceBusy' })
    await setup.imports.cancel(id)
    await setup.imports.cancel(first)
    await setup.buckets.remove('others')
  } finally {
    await other.close()
  }
})

test('watching a queued import follows it from the queue to its end', async () => {
  const first = await paused()
  const { id } = await start(await folder('second'))
  const states: string[] = []
  const watching = (async () => {
    for await (const { state } of setup.imports.watch(id, AbortSignal.timeout(20_000)))
      if (states.at(-1) !== state) states.push(state)
  })()
  await delay(50)
  await setup.imports.resume(first)
  await watching
  assert.equal(states[0], 'queued')
  assert.equal(states.at(-1), 'done')
})
