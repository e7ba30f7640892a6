import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { madePicture, openTestApp, type TestApp } from '../../test/harness.ts'
import type { Instance } from '../instances/index.ts'
import { insertDump } from '../store/dumps.ts'

describe('dumps', () => {
  let app: TestApp
  let instance: Instance
  before(async () => {
    app = await openTestApp()
    instance = await app.services.instances.create('shop', 'generic')
    for (const seed of [1, 2]) {
      const picture = await madePicture(seed)
      await app.services.images.put(
        instance.id,
        { productId: 'p', picName: `${seed}.png`, picture },
        { priority: 'search' },
      )
    }
  })
  after(() => app.cleanUp())
  const list = async () => (await app.services.dumps.list(instance.id, { limit: 100, start: 0 })).dumps
  const ended = async () => {
    while ((await list()).some(({ state }) => state === 'running')) await delay(5)
    return list()
  }

  test('are written one at a time, a line for each image', async () => {
    const { dumps } = app.services
    const results = await Promise.allSettled([dumps.start(instance), dumps.start(instance)])
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    const [dump] = await ended()
    assert.deepEqual([dump?.state, dump?.images, dump?.hasFile], ['done', 2, true])
    const lines = (await text(await dumps.read(dump!.id))).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).PicName),
      ['1.png', '2.png'],
    )
    await assert.rejects(dumps.read(999), { code: 'DumpNotFound' })
  })

  test('go on after a stop in the middle', async () => {
    const row = await app.store.write((trx) => insertDump(trx, instance.id, Date.now()))
    app = await app.reopen()
    const found = (await ended()).find(({ id }) => id === row!.id)
    assert.deepEqual([found?.state, found?.images], ['done', 2])
  })

  test('make room for newer ones, and follow an instance that is cleared', async () => {
    for (let i = 0; i < 11; i++) {
      await app.services.dumps.start(instance)
      await ended()
    }
    const kept = await list()
    assert.equal(kept.length, 10)
    assert.ok(!existsSync(`${app.dataDir}/dumps/1.meta`))
    await app.services.instances.clear('shop')
    instance = await app.services.instances.get('shop')
    assert.deepEqual(await list(), kept)
  })
})
