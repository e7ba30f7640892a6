import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Instance } from '../../src/instances/index.ts'
import { ended, type Setup, setUp } from './setup.ts'

let setup: Setup
let small: Instance
beforeEach(async () => {
  setup = await setUp()
  small = await setup.instances.create('small', 'generic', { capacity: 2 })
  await setup.put('a.jpg', 'picture a')
})
afterEach(() => setup.close())

const row = (OperationType: string, ProductId: string) => JSON.stringify({ OperationType, ProductId, PicName: 'a.jpg' })

async function start(...lines: string[]): Promise<number> {
  await setup.put('increment.meta', lines.join('\n'))
  return (await setup.imports.start(small, { bucket: 'pictures', path: '/' })).id
}

test('rows for which the instance has no room fail one by one, with what to do; the others are done', async () => {
  const status = await ended(setup.imports, await start(row('ADD', '1'), row('ADD', '2'), row('ADD', '3')))
  assert.deepEqual([status.state, status.ok, status.causes], ['done', 2, { InstanceFull: 1 }])
  const [failed] = await setup.imports.rows(status.id, { afterLine: 0, limit: 10 })
  assert.equal(failed?.code, 'InstanceFull')
  assert.match(failed?.hint ?? '', /capacity/)
})

test('a full instance refuses an import of new pictures, and takes one that overwrites or deletes first', async () => {
  await ended(setup.imports, await start(row('ADD', '1'), row('ADD', '2')))
  await assert.rejects(start(row('ADD', '3'), row('ADD', '4')), {
    code: 'InstanceFull',
    official: 'InstanceOverQuota',
  })
  assert.equal((await ended(setup.imports, await start(row('ADD', '3'), row('ADD', '1')))).ok, 1)
  assert.equal((await ended(setup.imports, await start(row('DELETE', '1'), row('DELETE', '2')))).ok, 2)
  assert.equal((await ended(setup.imports, await start(row('ADD', '3'), row('ADD', '4')))).ok, 2)
})

test('an import of a full instance that goes on failing pauses itself', async () => {
  await ended(setup.imports, await start(row('ADD', '1'), row('ADD', '2')))
  const news = Array.from({ length: 600 }, (_, i) => row('ADD', `new ${i}`))
  const id = await start(row('ADD', '1'), ...news)
  for await (const status of setup.imports.watch(id, AbortSignal.timeout(20_000))) {
    if (status.state === 'paused') break
    assert.equal(status.state, 'running')
  }
  const { code, message, failed } = await setup.imports.status(id)
  assert.equal(code, 'ImportPausedEarly')
  assert.match(message, /InstanceFull/)
  assert.ok(failed < 400, String(failed))
})
