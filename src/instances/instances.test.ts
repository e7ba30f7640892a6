import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { madePicture, openTestApp, type TestApp } from '../../test/harness.ts'
import { startedImport } from '../../test/started-import.ts'

describe('instances', () => {
  let app: TestApp
  before(async () => {
    app = await openTestApp()
  })
  after(() => app.cleanUp())

  async function put(name: string, productId: string, seed: number): Promise<number> {
    const { id } = await app.services.instances.get(name)
    const picture = await madePicture(seed)
    const { imageId } = await app.services.images.put(
      id,
      { productId, picName: 'a.png', picture },
      { priority: 'search' },
    )
    return imageId
  }

  test('a new one has the defaults and is there after a restart', async () => {
    const made = await app.services.instances.create('shop', 'product')
    assert.deepEqual(
      { ...made, id: 0, createdMs: 0 },
      {
        id: 0,
        name: 'shop',
        serviceType: 'product',
        capacity: 10_000_000,
        pictureRules: 'open',
        model: 'sightline-mini-1',
        searchQps: 0,
        writeQps: 0,
        thumbnails: true,
        defaultRole: '',
        createdMs: 0,
      },
    )
    app = await app.reopen()
    assert.deepEqual(await app.services.instances.get('shop'), made)
    assert.deepEqual(app.services.instances.byId(made.id), made)
  })

  test('a name is 1 to 20 lower-case letters, digits and hyphens, and is taken once', async () => {
    const { instances } = app.services
    for (const name of ['', 'Shop', '1shop', '-shop', 'a b', 'shöp', 'a'.repeat(21)]) {
      await assert.rejects(instances.create(name, 'generic'), { code: 'InstanceNameInvalid' }, name)
    }
    const results = await Promise.allSettled([
      instances.create('twice', 'generic'),
      instances.create('twice', 'product'),
    ])
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    await assert.rejects(instances.create('twice', 'generic'), { code: 'InstanceExists' })
    await assert.rejects(instances.get('nothing'), { code: 'InstanceNotFound' })
  })

  test('settings can be changed one by one', async () => {
    const { instances } = app.services
    await instances.create('settings', 'generic', { capacity: 5 })
    const changed = await instances.update('settings', { thumbnails: false, searchQps: 3 })
    assert.equal(changed.thumbnails, false)
    assert.equal(changed.searchQps, 3)
    assert.equal(changed.capacity, 5)
    assert.deepEqual(await instances.get('settings'), changed)
    assert.deepEqual(await instances.update('settings', {}), changed)
  })

  test('a cleared one is empty at once, keeps its settings and takes images again', async () => {
    const { instances, images, search } = app.services
    const before = await instances.create('cleared', 'generic', { capacity: 2 })
    await put('cleared', 'old', 1)
    await put('cleared', 'older', 2)
    const cleared = await instances.clear('cleared')
    assert.deepEqual({ ...cleared, id: before.id }, before)
    assert.equal(await images.count(cleared.id), 0)
    assert.deepEqual((await search.byPicture(cleared, await madePicture(1), {})).results, [])
    await put('cleared', 'new', 1)
    const found = await search.byPicture(await instances.get('cleared'), await madePicture(1), {})
    assert.deepEqual(
      found.results.map(({ image }) => image.productId),
      ['new'],
    )
  })

  test('a dropped one leaves nothing behind: no rows, no thumbnails, and its name is free', async () => {
    const { instances, images } = app.services
    const { id } = await instances.create('dropped', 'generic')
    await put('dropped', 'p', 3)
    await instances.drop('dropped')
    await assert.rejects(instances.get('dropped'), { code: 'InstanceNotFound' })
    const again = await instances.create('dropped', 'product')
    assert.equal(await images.count(again.id), 0)
    await instances.swept()
    for (const table of ['image', 'change', 'vector_index'] as const) {
      const rows = await app.store.read.selectFrom(table).selectAll().where('instance_id', '=', id).execute()
      assert.deepEqual(rows, [], table)
    }
    const orphans = await app.store.read
      .selectFrom('embedding')
      .select('image_id')
      .where('image_id', 'not in', (query) => query.selectFrom('image').select('image.id'))
      .execute()
    assert.deepEqual(orphans, [])
    assert.ok(!(await readdir(join(app.dataDir, 'thumbnails'))).includes(String(id)))
  })

  test('one that an import runs on is neither cleared nor dropped', async () => {
    const { instances } = app.services
    const { id } = await instances.create('busy', 'generic')
    const importId = await startedImport(app.store, id)
    await assert.rejects(instances.clear('busy'), { code: 'InstanceBusy' })
    await assert.rejects(instances.drop('busy'), { code: 'InstanceBusy' })
    await app.store.write((trx) =>
      trx.updateTable('import').set({ state: 'done' }).where('id', '=', importId).execute(),
    )
    const cleared = await instances.clear('busy')
    assert.equal((await app.services.imports.status(importId)).instanceId, cleared.id)
    await instances.drop('busy')
    await instances.swept()
    await assert.rejects(app.services.imports.status(importId), { code: 'ImportNotFound' })
  })

  test('what a stop left of a dropped one is deleted after the next start', async () => {
    const { instances } = app.services
    const { id } = await instances.create('halfway', 'generic')
    await put('halfway', 'p', 4)
    // As a kill right after the drop leaves it.
    await app.store.write((trx) => trx.updateTable('instance').set({ is_dropped: 1 }).where('id', '=', id).execute())
    app = await app.reopen()
    await app.services.instances.swept()
    await assert.rejects(app.services.instances.get('halfway'), { code: 'InstanceNotFound' })
    assert.deepEqual(await app.store.read.selectFrom('instance').select('id').where('id', '=', id).execute(), [])
  })
})
