import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importAll, setUp } from './setup.ts'

test('millions of blank lines are counted like others', async () => {
  const setup = await setUp()
  try {
    await setup.put('a.jpg', 'picture a')
    const add = JSON.stringify({ OperationType: 'ADD', ProductId: 'p', PicName: 'a.jpg' })
    const status = await importAll(setup, `${add}\n${'\n'.repeat(1_060_000)}${add}`)
    assert.deepEqual([status.state, status.lines, status.ok + (status.causes.superseded ?? 0)], ['done', 1_060_002, 2])
    assert.equal(status.causes.blank, 1_060_000)
  } finally {
    await setup.close()
  }
})
