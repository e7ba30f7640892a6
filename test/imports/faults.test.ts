import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openTestApp } from '../harness.ts'
import {
  assertDoneOnce,
  assertInOrder,
  assertUndisturbed,
  endOfImport,
  rowsOf,
  startImport,
  type Undisturbed,
  undisturbedImport,
  untilImport,
} from './undisturbed.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const IMPORTER = fileURLToPath(new URL('./import-without-handles.ts', import.meta.url))
const DAY_MS = 86_400_000

/** The time of day as everything sees it that asks `Date.now`, until the test ends. @returns moves it */
function movableClock(t: TestContext): (byMs: number) => void {
  const systemNow = Date.now
  let aheadMs = 0
  t.mock.method(Date, 'now', () => systemNow() + aheadMs)
  return (byMs) => {
    aheadMs += byMs
  }
}

/** Of a product instance: its predictions tell the orders of rows apart. */
describe('an import loses no row', () => {
  let undisturbed: Undisturbed
  before(async () => {
    undisturbed = await undisturbedImport('product')
  })
  after(() => undisturbed.remove())

  test('when the clock jumps forward and back by a day', async (t) => {
    const jump = movableClock(t)
    const app = await startImport(undisturbed, join(undisturbed.base, 'clock'))
    try {
      for (const [i, atRows] of [30, 80, 130, 180, 230].entries()) {
        await untilImport(app, (status) => rowsOf(status) >= atRows)
        jump(i % 2 === 0 ? DAY_MS : -DAY_MS)
      }
      const status = await endOfImport(app)
      await assertUndisturbed(app, status, undisturbed)
      await assertDoneOnce(app, status)
    } finally {
      await app.close()
    }
  })

  test('when its server starts again a day earlier', async (t) => {
    const jump = movableClock(t)
    let app = await startImport(undisturbed, join(undisturbed.base, 'earlier'))
    try {
      await untilImport(app, (status) => rowsOf(status) >= 100)
      jump(-DAY_MS)
      app = await app.reopen()
      const status = await endOfImport(app)
      await assertUndisturbed(app, status, undisturbed)
      await assertDoneOnce(app, status)
    } finally {
      await app.close()
    }
  })

  test('when a second server is started on its data folder, which is refused', async () => {
    const dataDir = join(undisturbed.base, 'two')
    const app = await startImport(undisturbed, dataDir)
    try {
      await untilImport(app, (status) => rowsOf(status) >= 20)
      const second = spawn(process.execPath, [MAIN, 'serve', '--data', dataDir, '--port', '0'], { stdio: 'pipe' })
      let said = ''
      second.stderr.on('data', (text) => {
        said += text
      })
      const [code] = await once(second, 'exit')
      assert.equal(code, 1)
      assert.match(said, new RegExp(`server with process id ${process.pid} uses it`))
      const status = await endOfImport(app)
      await assertUndisturbed(app, status, undisturbed)
      await assertDoneOnce(app, status)
    } finally {
      await app.close()
    }
  })

  test('when the process runs out of file handles', { timeout: 60_000 }, async () => {
    const dataDir = join(undisturbed.base, 'handles')
    await (await startImport(undisturbed, dataDir)).close()
    const command = 'ulimit -n 400; exec "$0" "$@"'
    const importer = spawn('sh', ['-c', command, process.execPath, IMPORTER, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let code = ''
    importer.stdout.on('data', (text) => {
      code += text
    })
    assert.deepEqual(await once(importer, 'exit'), [0, null])
    assert.match(code, /^(BucketUnreachable|StorageFailed)$/m)
    const app = await openTestApp({ dataDir })
    try {
      const status = await endOfImport(app)
      await assertUndisturbed(app, status, undisturbed)
      await assertDoneOnce(app, status)
    } finally {
      await app.close()
    }
  })
})

/** Of a generic instance: without predictions, which a second run makes from what the first has left. */
describe('an import whose bucket changes while it runs', () => {
  let undisturbed: Undisturbed
  before(async () => {
    undisturbed = await undisturbedImport('generic')
  })
  after(() => undisturbed.remove())

  /** Writes pictures where they stand, in two parts, until it is stopped. */
  async function rewrite(signal: AbortSignal): Promise<void> {
    const names = Array.from({ length: 24 }, (_, i) => join(undisturbed.bucket, `${i}.png`))
    const pictures = await Promise.all(names.map((name) => readFile(name)))
    while (!signal.aborted) {
      for (const [i, name] of names.entries()) {
        const bytes = pictures[i] as Buffer
        await writeFile(name, bytes.subarray(0, bytes.length / 2))
        await writeFile(name, bytes.subarray(bytes.length / 2), { flag: 'a' })
        await delay(1)
      }
    }
  }

  test('fails only rows whose picture was cut, and their retry mends them', async () => {
    const app = await startImport(undisturbed, join(undisturbed.base, 'rewritten'))
    const { imports } = app.services
    try {
      const stop = new AbortController()
      const rewriting = rewrite(stop.signal)
      const first = await endOfImport(app)
      stop.abort()
      await rewriting
      assert.equal(rowsOf(first), first.lines)
      for (const code of Object.keys(first.causes)) {
        assert.match(code, /^(ObjectChanged|Picture\w+|RowNotJson|RowObjectMissing|superseded)$/)
      }
      await imports.retry(1)
      await assertUndisturbed(app, await endOfImport(app), retried(undisturbed))
    } finally {
      await app.close()
    }
  })

  test('fails as a whole when the manifest changes; importing the other one leaves what that says', async () => {
    const path = join(undisturbed.bucket, 'increment.meta')
    const manifest = await readFile(path, 'utf8')
    // More than is read ahead of the rows in work.
    await appendFile(path, '\n{"OperationType":"DELETE","ProductId":"none"}'.repeat(10_000))
    const app = await startImport(undisturbed, join(undisturbed.base, 'manifest'))
    const { imports, instances } = app.services
    try {
      await untilImport(app, (status) => rowsOf(status) > 0)
      await writeFile(path, manifest)
      const failed = await endOfImport(app)
      assert.deepEqual([failed.state, failed.code], ['failed', 'ManifestChanged'])
      assert.ok(rowsOf(failed) < 10_000)
      await assertInOrder(app)
      const { id } = await imports.start(await instances.get('shop'), { bucket: 'pictures', path: '/' })
      await assertUndisturbed(app, await endOfImport(app, id), undisturbed)
    } finally {
      await app.close()
    }
  })
})

/** What remains when the failed rows run once more: those that a later line speaks for are none any more. */
function retried({ status, content, ...rest }: Undisturbed): Undisturbed {
  const failed = content.failed.filter((row) => row.is_superseded === 0)
  return { ...rest, status: { ...status, failed: failed.length }, content: { ...content, failed } }
}
