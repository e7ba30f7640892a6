import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockFolder } from './lock.ts'

const root = mkdtempSync(join(tmpdir(), 'sightline-lock-'))
after(() => rmSync(root, { recursive: true }))

const HOLD = `
  import { lockFolder } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
  try {
    lockFolder(process.argv[1])
    console.log('held')
    setInterval(() => {}, 1000)
  } catch (error) {
    console.log(error.code)
  }
`

/** Starts a process that takes the lock; says what became of it. */
async function takeElsewhere(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, said: chunk.toString().trim() }
}

test('a second server on a data folder is refused with the process id of the first', async () => {
  const folder = join(root, 'two')
  const { child, said } = await takeElsewhere(folder)
  assert.equal(said, 'held')
  assert.throws(() => lockFolder(folder), { code: 'DataFolderInUse', message: new RegExp(`process id ${child.pid} `) })
  child.kill()
  await once(child, 'exit')
})

test('within one process a data folder can be taken once', () => {
  const lock = lockFolder(join(root, 'once'))
  assert.throws(() => lockFolder(join(root, 'once')), { code: 'DataFolderInUse' })
  lock.release()
  lockFolder(join(root, 'once')).release()
})

test('after kill -9 the next server takes the folder at once', async () => {
  const folder = join(root, 'killed')
  const { child } = await takeElsewhere(folder)
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockFolder(folder).release()
})

test('of many servers that start together after a crash exactly one gets the folder', async () => {
  const folder = join(root, 'race')
  const first = await takeElsewhere(folder)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const takers = await Promise.all(Array.from({ length: 5 }, () => takeElsewhere(folder)))
  assert.deepEqual(takers.map(({ said }) => said).sort(), [...Array(4).fill('DataFolderInUse'), 'held'])
  for (const { child } of takers) child.kill('SIGKILL')
})

test('a data folder that cannot be made is refused with the reason', () => {
  writeFileSync(join(root, 'file'), '')
  assert.throws(() => lockFolder(join(root, 'file', 'data')), { code: 'StorageFailed' })
})
