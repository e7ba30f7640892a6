import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type ImportStatus, previewManifest } from '../../src/imports/index.ts'
import { ended, importAll, type Setup, setUp } from './setup.ts'

let setup: Setup
beforeEach(async () => {
  setup = await setUp()
})
afterEach(() => setup.close())

function add(productId: string, picName: string, fields: object = {}): string {
  return JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: picName, ...fields })
}

async function dryRun(manifest: string, path = '/'): Promise<ImportStatus> {
  await setup.put(`${path.slice(1)}${path === '/' ? '' : '/'}increment.meta`, manifest)
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path, dryRun: true })
  return ended(setup.imports, id)
}

test('a dry run says what each row would fail with, how much is new, and writes nothing', async () => {
  for (const name of ['june/a.jpg', 'june/b.jpg', 'root.jpg', 'june/broken.jpg']) await setup.put(name, name)
  await setup.put('june/empty.jpg', '')
  await setup.put('june/heavy.jpg', Buffer.alloc(70 * 1024 * 1024))
  await importAll(setup, add('old', 'root.jpg'))
  const written = setup.changes.length

  const lines = [
    add('1', 'a.jpg'),
    add('2', 'root.jpg'),
    add('old', 'root.jpg'),
    '{"OperationType":"DELETE","ProductId":"old"}',
    '',
    add('3', 'none.jpg'),
    add('4', 'empty.jpg'),
    add('5', 'heavy.jpg'),
    'hello',
  ]
  const status = await dryRun(lines.join('\n'), '/june')
  assert.deepEqual([status.state, status.isDryRun, status.lines], ['done', true, 9])
  assert.deepEqual([status.ok, status.failed, status.skipped], [4, 4, 1])
  assert.deepEqual(status.causes, {
    blank: 1,
    PictureEmpty: 1,
    PictureTooHeavy: 1,
    RowNotJson: 1,
    RowObjectMissing: 1,
  })
  const rows = await setup.imports.rows(status.id, { afterLine: 0, limit: 10 })
  assert.deepEqual(
    rows.map(({ line }) => line),
    [6, 7, 8, 9],
  )
  assert.deepEqual([status.survey?.pictures, status.survey?.newImages, status.survey?.room], [3, 2, 99_999])
  assert.ok((status.survey?.rowsASecond ?? 0) > 0 && (status.survey?.seconds ?? 0) > 0)
  assert.equal(setup.changes.length, written)
  await assert.rejects(setup.imports.retry(status.id), { code: 'ImportStateInvalid' })

  const page = { limit: 10, start: 0 }
  assert.equal((await setup.imports.list(setup.instance.id, page)).total, 1)
  assert.equal((await setup.imports.list(setup.instance.id, { ...page, dryRuns: true })).total, 2)
})

test('a dry run asks the role for every object', async () => {
  await setup.put('a.jpg', 'a')
  const objectReader = async () => (_: string, key: string) => ({
    allowed: key.endsWith('.meta'),
    missing: `oss:GetObject on ${key}`,
  })
  const imports = setup.restart({ access: { objectReader } })
  await setup.put('increment.meta', add('1', 'a.jpg'))
  const { id } = await imports.start(setup.instance, { bucket: 'pictures', path: '/', dryRun: true })
  assert.deepEqual((await ended(imports, id)).causes, { RowNotPermitted: 1 })
})

test('a dry run goes on over a restart and counts every row once', async () => {
  await setup.put('a.jpg', 'a')
  const lines = Array.from({ length: 20_000 }, (_, i) => add(`p${i}`, i % 4 === 0 ? 'none.jpg' : 'a.jpg'))
  await setup.put('increment.meta', lines.join('\n'))
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/', dryRun: true })
  while ((await setup.imports.status(id)).ok < 1000) await new Promise(setImmediate)
  await setup.imports.close()
  const imports = setup.restart()
  await imports.resumeAll()
  const { ok, failed, survey } = await ended(imports, id)
  assert.deepEqual([ok, failed, survey?.pictures, survey?.newImages], [15_000, 5000, 15_000, 15_000])
})

test('a check shows the first lines and what is wrong with them', async () => {
  await setup.put('a.jpg', 'a')
  await setup.put('increment.meta', [add('1', 'a.jpg'), add('2', 'b.jpg'), 'x', add('4', 'a.jpg')].join('\n'))
  const access = { objectReader: async () => () => ({ allowed: true, missing: '' }) }
  const parts = { buckets: setup.buckets, access }
  const preview = await previewManifest(parts, setup.instance, { bucket: 'pictures', path: '/' }, 3)
  assert.equal(preview.isAll, false)
  assert.deepEqual(
    preview.lines.map(({ error, object }) => error?.code ?? object?.isThere),
    [true, false, 'RowNotJson'],
  )
})
