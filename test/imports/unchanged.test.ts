import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { ImportStatus } from '../../src/imports/index.ts'
import { ended, type Setup, setUp } from './setup.ts'

let setup: Setup
beforeEach(async () => {
  setup = await setUp()
  for (const name of ['a', 'b', 'c']) await setup.put(`${name}.jpg`, `picture ${name}`)
})
afterEach(() => setup.close())

function add(productId: string, picName: string, fields: object = {}): string {
  return JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: picName, ...fields })
}

function remove(productId: string): string {
  return JSON.stringify({ OperationType: 'DELETE', ProductId: productId })
}

async function importAll(lines: readonly string[], skipUnchanged = true): Promise<ImportStatus> {
  await setup.put('increment.meta', lines.join('\n'))
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/', skipUnchanged })
  return ended(setup.imports, id)
}

function counts({ ok, failed, skipped, causes }: ImportStatus): object {
  return { ok, failed, skipped, ...causes }
}

async function contents(): Promise<Record<string, string>> {
  const rows = await setup.store.read.selectFrom('image').select(['product_id', 'custom_content']).execute()
  return Object.fromEntries(rows.map((row) => [row.product_id, row.custom_content]))
}

test('rows whose object and fields are those of the stored image are skipped, when that is asked for', async () => {
  const lines = ['a', 'b', 'c'].map((name) => add(name, `${name}.jpg`, { CustomContent: name, IntAttr: 1 }))
  await importAll(lines, false)
  assert.deepEqual(counts(await importAll(lines, false)), { ok: 3, failed: 0, skipped: 0 })
  const changes = setup.changes.length
  const again = await importAll(lines)
  assert.deepEqual(counts(again), { ok: 0, failed: 0, skipped: 3, unchanged: 3 })
  assert.deepEqual([again.state, again.skipUnchanged, again.lines], ['done', true, 3])
  assert.equal(setup.changes.length, changes)
})

test('a row is run when its object, one of its fields or its region has changed, or the image by another way', async () => {
  const lines = ['1', '2', '3', '4', '5'].map((id) => add(id, 'a.jpg', { CustomContent: 'old' }))
  await importAll(lines)
  await setup.images.update(setup.instance.id, { productId: '4' }, { customContent: 'by a caller' })
  await setup.images.remove(setup.instance.id, { productId: '5' }, { priority: 'search' })
  const changed = [
    add('1', 'a.jpg', { CustomContent: 'new' }),
    add('2', 'a.jpg', { CustomContent: 'old', Region: '0,5,0,5' }),
    ...lines.slice(2),
    add('6', 'a.jpg'),
  ]
  assert.deepEqual(counts(await importAll(changed)), { ok: 5, failed: 0, skipped: 1, unchanged: 1 })
  assert.deepEqual(await contents(), { 1: 'new', 2: 'old', 3: 'old', 4: 'old', 5: 'old', 6: '' })
  await setup.put('a.jpg', 'another picture')
  assert.equal((await importAll(changed)).ok, 6)
})

test('the end is as if the lines had run one after the other', async () => {
  const old = add('1', 'a.jpg', { CustomContent: 'old' })
  const other = add('1', 'a.jpg', { CustomContent: 'other' })
  await importAll([old])
  await importAll([remove('1'), old])
  assert.deepEqual(await contents(), { 1: 'old' })
  await importAll([old, other, old])
  assert.deepEqual(await contents(), { 1: 'old' })
  await importAll([old, remove('1')])
  assert.deepEqual(await contents(), {})
  await importAll([old])
  await importAll([old, old, other])
  assert.deepEqual(await contents(), { 1: 'other' })
})

test('any order of writes and deletes ends the same with skipping and without', async () => {
  let seed = 7
  const random = (n: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % n
  }
  const line = (): string =>
    random(4) === 0
      ? remove(String(random(4)))
      : add(String(random(4)), 'a.jpg', { CustomContent: `version ${random(2)}` })
  for (let round = 0; round < 3; round++) {
    const lines = Array.from({ length: 300 }, line)
    await importAll(lines, true)
    const skipping = await contents()
    await importAll(lines, false)
    assert.deepEqual(skipping, await contents(), `round ${round}`)
  }
})

test('a missing object, an unreadable row and a failed one of before are run, and say why they fail', async () => {
  await setup.put('broken.jpg', 'broken')
  const lines = [add('1', 'a.jpg'), add('2', 'missing.jpg'), 'no json', add('3', 'broken.jpg')]
  await importAll(lines)
  assert.deepEqual(counts(await importAll(lines)), {
    ...{ ok: 0, failed: 3, skipped: 1, unchanged: 1 },
    ...{ RowObjectMissing: 1, RowNotJson: 1, PictureUnreadable: 1 },
  })
})

test('a skipped row speaks for its picture: a retry of an earlier failed row leaves it alone', async () => {
  const old = add('1', 'a.jpg', { CustomContent: 'old' })
  await importAll([old])
  await setup.put('later.jpg', 'broken')
  const failing = await importAll([add('1', 'a.jpg', { CustomContent: 'x'.repeat(5000) })])
  assert.equal(failing.failed, 1)
  await importAll([old])
  await setup.imports.retry(failing.id)
  assert.deepEqual(counts(await ended(setup.imports, failing.id)), { ok: 0, failed: 0, skipped: 1, superseded: 1 })
})

test('stage times say where the time of the pictures went, and stay when the import has ended', async () => {
  const status = await importAll([add('1', 'a.jpg'), add('2', 'b.jpg')])
  assert.equal(status.stages?.pictures, 2)
  assert.ok((status.stages?.readMs ?? 0) > 0 && (status.stages?.storeMs ?? 0) > 0, JSON.stringify(status.stages))
  assert.deepEqual((await setup.imports.status(status.id)).stages, status.stages)
})
