import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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

test('memory grows by less than 100 MB over 10,000 rows', async () => {
  const script = fileURLToPath(new URL('./import-memory.ts', import.meta.url))
  const flags = ['--expose-gc', '--max-semi-space-size=2']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, '10000'])
  const { beforeMb, mostMb } = JSON.parse(stdout) as { beforeMb: number; mostMb: number }
  assert.ok(mostMb - beforeMb < 100, `${beforeMb.toFixed(0)} MB have become ${mostMb.toFixed(0)} MB`)
})
