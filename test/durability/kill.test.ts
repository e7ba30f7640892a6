import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dataPaths } from '../../src/app.ts'
import { madePicture, openTestApp, type TestApp } from '../harness.ts'

const WRITER = fileURLToPath(new URL('./write-until-killed.ts', import.meta.url))
/** Acknowledgements after which each writer is killed. */
const KILLED_AFTER = [1, 25, 90]

describe('kill -9', () => {
  let dataDir: string
  /** What is known of each product; 'unsure' = it was being deleted. */
  const known = new Map<string, 'put' | 'deleted' | 'unsure'>()
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sightline-kill-'))
  })
  after(() => rm(dataDir, { recursive: true, force: true }))

  async function writeAndKill(acknowledgements: number): Promise<void> {
    const writer = spawn(process.execPath, [WRITER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(writer, 'exit')
    let lines = 0
    for await (const line of createInterface({ input: writer.stdout })) {
      const [word, productId] = line.split(' ') as ['put' | 'deleting' | 'deleted', string]
      known.set(productId, word === 'deleting' ? 'unsure' : word)
      if (++lines === acknowledgements) writer.kill('SIGKILL')
    }
    assert.equal((await exit)[1], 'SIGKILL')
  }

  async function check(app: TestApp): Promise<void> {
    const { instances, images, search, vectors } = app.services
    const instance = await instances.get('shop')
    const stored = await images.list(instance.id, { limit: 10_000, start: 0 })
    const products = new Set(stored.map((image) => image.productId))
    for (const [productId, state] of known) {
      if (state !== 'unsure') assert.equal(products.has(productId), state === 'put', `${productId} is ${state}`)
      const seed = Number(productId.split('-')[1])
      const found = await search.byPicture(instance, await madePicture(seed, 120), { num: 20, threshold: 0.99 })
      const isFound = found.results.some(({ image }) => image.productId === productId)
      assert.equal(isFound, products.has(productId), `${productId} is ${state}`)
    }
    assert.equal(await images.count(instance.id), stored.length)
    const indexed: number[] = []
    for await (const ids of vectors.ids(instance.id)) indexed.push(...ids)
    assert.deepEqual(
      indexed.sort((a, b) => a - b),
      stored.map((image) => image.id),
    )
  }

  for (const acknowledgements of KILLED_AFTER) {
    test(`after ${acknowledgements} acknowledgements loses none of them`, async () => {
      await writeAndKill(acknowledgements)
      const app = await openTestApp({ dataDir })
      try {
        await check(app)
      } finally {
        await app.close()
      }
    })
  }

  test('an index that was deleted is made again at the start', async () => {
    const { vectors } = dataPaths(dataDir)
    assert.notDeepEqual(await readdir(vectors), [])
    await rm(vectors, { recursive: true })
    const app = await openTestApp({ dataDir })
    try {
      await check(app)
    } finally {
      await app.close()
    }
  })
})
