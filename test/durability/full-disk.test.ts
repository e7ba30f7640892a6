import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Instance } from '../../src/instances/index.ts'
import { madePicture, openTestApp, type TestApp } from '../harness.ts'
import { smallDisk } from './small-disk.ts'

const disk = smallDisk(48)

describe('a full disk', { skip: typeof disk === 'string' && disk }, () => {
  if (typeof disk === 'string') return
  let app: TestApp
  let instance: Instance
  let seeds = 0
  before(async () => {
    app = await openTestApp({ dataDir: disk.folder })
    instance = await app.services.instances.create('shop', 'generic')
  })
  after(async () => {
    await app.close()
    disk.remove()
  })

  async function put(): Promise<number> {
    const seed = seeds++
    const picture = await madePicture(seed)
    await app.services.images.put(instance.id, { productId: `p${seed}`, picName: 'a', picture }, { priority: 'search' })
    return seed
  }

  async function isFound(seed: number): Promise<boolean> {
    const { results } = await app.services.search.byPicture(instance, await madePicture(seed), { num: 1 })
    return results[0]?.image.productId === `p${seed}`
  }

  test('refuses what it cannot keep, goes on searching, and takes images again when there is space', async () => {
    const stored: number[] = []
    for (let i = 0; i < 10; i++) stored.push(await put())
    for (let round = 0; round < 3; round++) {
      disk.fill()
      const results = await Promise.allSettled(Array.from({ length: 12 }, put))
      const failed = results.filter((result) => result.status === 'rejected')
      for (const result of results) if (result.status === 'fulfilled') stored.push(result.value)
      assert.ok(failed.length > 0)
      for (const { reason } of failed) {
        assert.equal(reason.code, 'StorageFailed')
        assert.equal(reason.retryable, true)
      }
      assert.equal(await app.services.images.count(instance.id), stored.length)
      for (const seed of stored) assert.ok(await isFound(seed), `p${seed} is found`)
      await assert.rejects(app.services.instances.create(`other-${round}`, 'generic'), { code: 'StorageFailed' })
      disk.free()
      stored.push(await put())
    }
    app = await app.reopen()
    instance = await app.services.instances.get('shop')
    assert.equal(await app.services.images.count(instance.id), stored.length)
    for (const seed of stored) assert.ok(await isFound(seed), `p${seed} is found`)
    assert.equal((await app.services.instances.list()).length, 1)
  })
})
