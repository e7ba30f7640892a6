import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ImportStatus, RowOutcome } from '../../src/imports/index.ts'
import { dhashOf, ended, importAll, type Setup, setUp } from './setup.ts'

let setup: Setup
beforeEach(async () => {
  setup = await setUp()
})
afterEach(() => setup.close())

function add(productId: string, picName: string, fields: object = {}): string {
  return JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: picName, ...fields })
}

function remove(productId: string, picName?: string): string {
  return JSON.stringify({ OperationType: 'DELETE', ProductId: productId, PicName: picName })
}

async function retry({ id }: { id: number }): Promise<ImportStatus> {
  await setup.imports.retry(id)
  return ended(setup.imports, id)
}

async function rows({ id }: ImportStatus): Promise<RowOutcome[]> {
  return setup.imports.rows(id, { afterLine: 0, limit: 1000 })
}

async function products(): Promise<string[]> {
  const found = await setup.store.read.selectFrom('image').select('product_id').orderBy('product_id').execute()
  return found.map((row) => row.product_id)
}

async function putByHand(productId: string, picName: string): Promise<void> {
  const picture = Buffer.from('by hand')
  await setup.images.put(setup.instance.id, { productId, picName, picture }, { priority: 'search' })
}

test('only the failed rows run again, as often as wanted, and the counters follow', async () => {
  await setup.put('a.jpg', 'picture a')
  const manifest = [add('1', 'a.jpg'), add('2', 'late.jpg', { StrAttr: 'é' }), 'hello', add('3', 'later.jpg'), '']
  const status = await importAll(setup, manifest.join('\n'))
  assert.deepEqual([status.ok, status.failed, status.attempt], [1, 3, 1])
  const written = setup.changes.length

  await setup.put('late.jpg', 'late')
  // What was failing is kept with the import: the manifest may go.
  await setup.put('increment.meta', 'another one')
  const second = await retry(status)
  assert.deepEqual([second.state, second.attempt, second.toRetry], ['done', 2, 0])
  assert.deepEqual([second.ok, second.failed, second.causes], [2, 2, { RowNotJson: 1, RowObjectMissing: 1 }])
  assert.equal(setup.changes.length, written + 1)
  const image = await setup.images.find(setup.instance.id, { productId: '2', picName: 'late.jpg' })
  assert.equal(image?.strAttr, 'é')

  await setup.put('later.jpg', 'later')
  const third = await retry(status)
  assert.deepEqual([third.ok, third.failed, third.lines, third.attempt], [3, 1, 4, 3])
  assert.deepEqual(
    (await rows(status)).map(({ line, code }) => [line, code]),
    [[3, 'RowNotJson']],
  )
  assert.deepEqual(await setup.store.read.selectFrom('import_tombstone').selectAll().execute(), [])
})

test('there is nothing to retry while an import runs, when no row failed, and when another import runs', async () => {
  await setup.put('a.jpg', 'picture a')
  const good = await importAll(setup, add('1', 'a.jpg'))
  await assert.rejects(setup.imports.retry(good.id), { code: 'ImportNothingToRetry', status: 409 })
  const tooLong = await importAll(setup, add('1', 'a.jpg', { CustomContent: 'x'.repeat(70_000) }))
  await assert.rejects(setup.imports.retry(tooLong.id), { code: 'ImportNothingToRetry' })
  assert.equal((await setup.imports.status(tooLong.id)).state, 'done')
  await assert.rejects(setup.imports.retry(99), { code: 'ImportNotFound' })

  const failed = await importAll(setup, add('1', 'none.jpg'))
  await setup.put('increment.meta', Array.from({ length: 400 }, (_, i) => add(`p${i}`, 'a.jpg')).join('\n'))
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
  await assert.rejects(setup.imports.retry(failed.id), { code: 'ImportRunning' })
  await assert.rejects(setup.imports.retry(id), { code: 'ImportStateInvalid' })
  await ended(setup.imports, id)
  assert.equal((await setup.imports.status(failed.id)).state, 'done')
})

test('a failed row does not undo what later lines of its manifest did, in whatever order they finished', async () => {
  await setup.put('a.jpg', 'old a')
  const lines = [
    add('deleted', 'x.jpg'),
    add('deleted', 'y.jpg'),
    add('written', 'w.jpg', { IntAttr: 1 }),
    add('free', 'f.jpg'),
  ]
  // w.jpg is there for the later line alone: it is put once the first one has failed.
  const status = await importAll(setup, [...lines, remove('deleted')].join('\n'))
  assert.equal(status.failed, 4)
  for (const name of ['x.jpg', 'y.jpg', 'w.jpg', 'f.jpg']) await setup.put(name, name)
  const second = await importAll(setup, add('written', 'w.jpg', { IntAttr: 2 }))
  assert.equal(second.ok, 1)

  const retried = await retry(status)
  assert.deepEqual([retried.ok, retried.failed, retried.skipped], [2, 0, 3])
  assert.deepEqual(retried.causes, { superseded: 3 })
  assert.deepEqual(await products(), ['free', 'written'])
  const image = await setup.images.find(setup.instance.id, { productId: 'written', picName: 'w.jpg' })
  assert.equal(image?.intAttr, 2)
})

test('what callers put, changed or deleted since wins over a retried row', async () => {
  const status = await importAll(
    setup,
    ['put', 'deleted', 'gone', 'matched', 'changed', 'free'].map((name) => add(name, 'a.jpg')).join('\n'),
  )
  assert.equal(status.failed, 6)
  const { images, instance } = setup
  await putByHand('put', 'a.jpg')
  await images.put(
    instance.id,
    { productId: 'matched', picName: 'a.jpg', picture: Buffer.from('by hand'), intAttr: 9 },
    { priority: 'search' },
  )
  await putByHand('free', 'another.jpg')
  await images.removeByFilter(instance.id, { kind: 'int', field: 'intAttr', op: '=', value: 9 })
  await images.remove(instance.id, { productId: 'deleted', picName: 'a.jpg' }, { priority: 'search' })
  await images.remove(instance.id, { productId: 'gone' }, { priority: 'search' })
  await putByHand('changed', 'a.jpg')
  await images.update(instance.id, { productId: 'changed' }, { strAttr: 'x' })

  await setup.put('a.jpg', 'picture a')
  const retried = await retry(status)
  assert.deepEqual([retried.ok, retried.causes], [1, { superseded: 5 }])
  assert.deepEqual(await products(), ['changed', 'free', 'free', 'put'])
  const put = await setup.store.read
    .selectFrom('image')
    .select('dhash')
    .where('product_id', '=', 'put')
    .executeTakeFirstOrThrow()
  assert.deepEqual(Buffer.from(put.dhash), dhashOf('by hand'))
})

test('an image from before the import is overwritten by a retried row', async () => {
  await putByHand('1', 'a.jpg')
  const status = await importAll(setup, add('1', 'a.jpg', { IntAttr: 7 }))
  await setup.put('a.jpg', 'picture a')
  assert.equal((await retry(status)).ok, 1)
  const image = await setup.images.find(setup.instance.id, { productId: '1', picName: 'a.jpg' })
  assert.equal(image?.intAttr, 7)
})

test('a row of another instance with the same names is not in the way', async () => {
  const other = await setup.instances.create('other', 'generic')
  const status = await importAll(setup, add('1', 'a.jpg'))
  await setup.put('a.jpg', 'picture a')
  await setup.images.put(
    other.id,
    { productId: '1', picName: 'a.jpg', picture: Buffer.from('x') },
    { priority: 'search' },
  )
  assert.equal((await retry(status)).ok, 1)
})

test('a retry pauses, goes on over a restart, and no row is run twice in it', async () => {
  const count = 600
  for (const i of [0, 1]) await setup.put(`${i}.jpg`, `picture ${i}`)
  const status = await importAll(
    setup,
    Array.from({ length: count }, (_, i) => add(`p${i}`, `${i % 7}.jpg`)).join('\n'),
  )
  assert.equal(status.ok + status.failed, count)
  for (const i of [2, 3, 4]) await setup.put(`${i}.jpg`, `picture ${i}`)
  let { imports } = setup
  await imports.retry(status.id)
  for (const enough of [190, 250, 330]) {
    while ((await imports.status(status.id)).ok < enough) await delay(2)
    await imports.close()
    imports = setup.restart()
    await imports.resumeAll()
  }
  const paused = await imports.pause(status.id)
  assert.equal(paused.state, 'paused')
  assert.equal(paused.toRetry, (await imports.status(status.id)).toRetry)
  assert.equal(paused.ok + paused.failed, count)
  await imports.resume(status.id)
  const last = await ended(imports, status.id)
  const missing = Array.from({ length: count }, (_, i) => i % 7).filter((i) => i > 4).length
  assert.deepEqual([last.state, last.ok, last.failed], ['done', count - missing, missing])
  assert.equal(setup.changes.length, last.ok)
})

test('a retry that is cancelled, or whose bucket goes away, leaves the import done', async () => {
  await setup.put('a.jpg', 'picture a')
  const good = Array.from({ length: 60 }, (_, i) => add(`good${i}`, 'a.jpg'))
  const manifest = [...good, ...Array.from({ length: 500 }, (_, i) => add(`p${i}`, 'b.jpg'))]
  const status = await importAll(setup, manifest.join('\n'))
  assert.equal(status.failed, 500)
  await setup.put('b.jpg', 'picture b')
  await setup.imports.retry(status.id)
  await assert.rejects(setup.instances.drop('shop'), { code: 'InstanceBusy' })
  while ((await setup.imports.status(status.id)).ok < 80) await delay(2)
  await rename(setup.folder, `${setup.folder}-away`)
  while ((await setup.imports.status(status.id)).code !== 'BucketUnreachable') await delay(2)
  await rename(`${setup.folder}-away`, setup.folder)
  const cancelled = await setup.imports.cancel(status.id)
  assert.deepEqual([cancelled.state, cancelled.code], ['done', ''])
  assert.equal(cancelled.ok + cancelled.failed, 560)
  assert.ok(cancelled.failed > 0 && cancelled.ok > 80)
  assert.equal((await retry(status)).ok, 560)
})

test('an import whose rows nearly all fail for the same reason pauses early, and goes on when it is resumed', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => add(`p${i}`, 'none.jpg'))
  await setup.put('increment.meta', [...lines, 'hello'].join('\n'))
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
  while ((await setup.imports.status(id)).state === 'running') await delay(2)
  const paused = await setup.imports.status(id)
  assert.deepEqual([paused.state, paused.code], ['paused', 'ImportPausedEarly'])
  assert.match(paused.message, /\b200 of the first 200 rows .*RowObjectMissing/)
  assert.notEqual(paused.hint, '')
  assert.ok(paused.failed < 400)

  await setup.put('none.jpg', 'there at last')
  const resumed = await setup.imports.resume(id)
  assert.deepEqual([resumed.state, resumed.code], ['running', ''])
  const last = await ended(setup.imports, id)
  assert.deepEqual([last.state, last.ok + last.failed, last.lines], ['done', 2001, 2001])
  assert.equal((await retry(last)).ok, 2000)
})
