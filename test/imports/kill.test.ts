import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openTestApp } from '../harness.ts'
import {
  assertDoneOnce,
  assertUndisturbed,
  endOfImport,
  LINES,
  seededRandom,
  startImport,
  type Undisturbed,
  undisturbedImport,
} from './undisturbed.ts'

const IMPORTER = fileURLToPath(new URL('./import-until-killed.ts', import.meta.url))
const KILLS = 20
/** One that failed is run again with its seed. */
const SEED = Number(process.env.SIGHTLINE_TEST_SEED ?? randomInt(2 ** 31))

/** So long after so many rows have an outcome. */
interface Moment {
  readonly rows: number
  readonly delayMs: number
}

describe('kill -9 in the middle of an import', () => {
  let undisturbed: Undisturbed
  before(async () => {
    undisturbed = await undisturbedImport('product')
  })
  after(() => undisturbed.remove())

  async function importAndKill(dataDir: string, { rows, delayMs }: Moment): Promise<void> {
    const importer = spawn(process.execPath, [IMPORTER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(importer, 'exit')
    for await (const done of createInterface({ input: importer.stdout })) {
      if (Number(done) < rows) continue
      await delay(delayMs)
      importer.kill('SIGKILL')
    }
    assert.equal((await exit)[1], 'SIGKILL')
  }

  test(`at twenty moments leaves the store as it is without (seed ${SEED})`, { timeout: 180_000 }, async () => {
    const dataDir = join(undisturbed.base, 'killed')
    await (await startImport(undisturbed, dataDir)).close()
    const random = seededRandom(SEED)
    const moments = Array.from({ length: KILLS }, () => ({
      rows: Math.floor(random() * (LINES - 60)),
      delayMs: Math.floor(random() * 20),
    }))
    for (const moment of moments.sort((a, b) => a.rows - b.rows)) await importAndKill(dataDir, moment)

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
