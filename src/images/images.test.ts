import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { madePicture, openTestApp, type TestApp } from '../../test/harness.ts'
import { startedImport } from '../../test/started-import.ts'
import { CATEGORY_OTHERS } from '../attributes.ts'
import type { Filter } from '../filter.ts'
import type { Instance } from '../instances/index.ts'
import { readMeta, writeMeta } from '../store/meta.ts'
import type { PutInput, WriteContext } from './images.ts'
import { writeImages } from './write-images.ts'

const NOW: WriteContext = { priority: 'search' }

describe('images', () => {
  let app: TestApp
  let shop: Instance
  let names = 0
  before(async () => {
    app = await openTestApp()
    shop = await newInstance('product')
  })
  after(() => app.cleanUp())

  function newInstance(serviceType: 'product' | 'generic', options = {}): Promise<Instance> {
    return app.services.instances.create(`instance-${names++}`, serviceType, options)
  }

  async function put(instance: Instance, productId: string, seed: number, fields: Partial<PutInput> = {}) {
    const picture = await madePicture(seed)
    return app.services.images.put(instance.id, { productId, picName: 'a.png', picture, ...fields }, NOW)
  }

  async function best(instance: Instance, seed: number) {
    return (await app.services.search.byPicture(instance, await madePicture(seed), { num: 1 })).results[0]
  }

  async function thumbnails(instance: Instance): Promise<number> {
    const folder = join(app.dataDir, 'thumbnails', String(instance.id))
    return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jpg')).length
  }

  test('one that is put is found by the next search, one that is deleted is gone from the next', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { imageId, region } = await put(shop, `p${seed}`, seed)
      const found = await best(shop, seed)
      assert.equal(found?.image.id, imageId)
      assert.ok(found.score > 0.99, `score ${found.score}`)
      assert.ok(region.x1 < region.x2 && region.y1 < region.y2)
      if (seed % 2 === 0) {
        assert.deepEqual(await app.services.images.remove(shop.id, { productId: `p${seed}` }, NOW), ['a.png'])
        assert.notEqual((await best(shop, seed))?.image.id, imageId)
      }
    }
    assert.equal(await app.services.images.count(shop.id), 10)
  })

  test('many put at once are all stored and counted', async () => {
    const instance = await newInstance('generic')
    await Promise.all(Array.from({ length: 30 }, (_, i) => put(instance, `p${i}`, i)))
    assert.equal(await app.services.images.count(instance.id), 30)
    for (const seed of [0, 13, 29]) assert.equal((await best(instance, seed))?.image.productId, `p${seed}`)
  })

  test('putting a key again replaces everything: fields, vector, thumbnail', async () => {
    const { images } = app.services
    const instance = await newInstance('generic')
    await put(instance, 'p', 1, { customContent: 'first', intAttr: 1, strAttr: 'x' })
    const before = await images.find(instance.id, { productId: 'p', picName: 'a.png' })
    await put(instance, 'p', 2, { customContent: 'second' })
    const after = await images.find(instance.id, { productId: 'p', picName: 'a.png' })
    assert.deepEqual([after?.customContent, after?.intAttr, after?.strAttr], ['second', 0, ''])
    assert.equal(after?.createdMs, before?.createdMs)
    assert.equal(await images.count(instance.id), 1)
    assert.equal(await thumbnails(instance), 1)
    assert.ok((await best(instance, 2))!.score > 0.99)
    assert.ok((await best(instance, 1))!.score < 0.9)
  })

  test('an update changes what it names and keeps the rest and the vector', async () => {
    const { images, search } = app.services
    const instance = await newInstance('generic')
    await put(instance, 'p', 1, { customContent: 'kept', intAttr: 1, strAttr: 'red' })
    await put(instance, 'p', 2, { picName: 'b.png', customContent: 'kept', strAttr: 'red' })
    assert.equal(await images.update(instance.id, { productId: 'p', picName: 'a.png' }, { strAttr: 'blue' }), 1)
    const blue: Filter = { kind: 'str', field: 'strAttr', op: '=', value: 'blue' }
    const found = await search.byPicture(instance, await madePicture(1), { filter: blue })
    assert.equal(found.found, 1)
    assert.deepEqual(
      found.results.map(({ image }) => [image.picName, image.customContent, image.intAttr]),
      [['a.png', 'kept', 1]],
    )
    assert.ok(found.results[0]!.score > 0.99)
    assert.equal(await images.update(instance.id, { productId: 'p' }, { strAttr: 'blue' }), 2)
    assert.equal(await images.count(instance.id, blue), 2)
    await assert.rejects(images.update(instance.id, { productId: 'q' }, { strAttr: 'x' }), { code: 'ImageNotFound' })
  })

  test('a product is deleted with all its pictures, a picture alone', async () => {
    const { images } = app.services
    const instance = await newInstance('generic')
    for (const picName of ['a.png', 'b.png', 'c.png']) await put(instance, 'p', 1, { picName })
    await put(instance, 'q', 1)
    assert.deepEqual(await images.remove(instance.id, { productId: 'p', picName: 'b.png' }, NOW), ['b.png'])
    assert.deepEqual(await images.remove(instance.id, { productId: 'p' }, NOW), ['a.png', 'c.png'])
    assert.deepEqual(await images.remove(instance.id, { productId: 'p' }, NOW), [])
    assert.equal(await images.count(instance.id), 1)
    assert.equal(await thumbnails(instance), 1)
  })

  test('a filter deletes what matches and says which', async () => {
    const { images } = app.services
    const instance = await newInstance('generic')
    for (let i = 0; i < 6; i++) await put(instance, `p${i}`, i, { intAttr: i })
    const removed = await images.removeByFilter(instance.id, { kind: 'int', field: 'intAttr', op: '>=', value: 4 })
    assert.deepEqual(removed, [
      { productId: 'p4', picName: 'a.png' },
      { productId: 'p5', picName: 'a.png' },
    ])
    assert.equal(await images.count(instance.id), 4)
    assert.notEqual((await best(instance, 5))?.image.productId, 'p5')
  })

  test('a full instance takes no new image, but replaces one', async () => {
    const instance = await newInstance('generic', { capacity: 2 })
    const results = await Promise.allSettled([1, 2, 3, 4].map((i) => put(instance, `p${i}`, i)))
    const refused = results.filter((result) => result.status === 'rejected')
    assert.deepEqual(
      refused.map(({ reason }) => reason.code),
      ['InstanceFull', 'InstanceFull'],
    )
    assert.equal(await thumbnails(instance), 2)
    const stored = (await app.services.images.list(instance.id, { limit: 1, start: 0 }))[0]!
    await put(instance, stored.productId, 5)
    await app.services.images.remove(instance.id, { productId: stored.productId }, NOW)
    await put(instance, 'p9', 9)
  })

  test('fields outside their limits are refused with their own code and nothing is stored', async () => {
    const instance = await newInstance('product')
    const cases: [Partial<PutInput>, string][] = [
      [{ productId: '' }, 'ProductIdInvalid'],
      [{ productId: 'x'.repeat(513) }, 'ProductIdInvalid'],
      [{ productId: 'half \ud800' }, 'ParameterInvalid'],
      [{ picName: '' }, 'PicNameInvalid'],
      [{ picName: 'x'.repeat(513) }, 'PicNameInvalid'],
      [{ picName: 'nul\0' }, 'ParameterInvalid'],
      [{ customContent: 'x'.repeat(4097) }, 'CustomContentInvalid'],
      [{ strAttr: 'x'.repeat(129) }, 'StrAttrInvalid'],
      [{ strAttr4: 'x'.repeat(129) }, 'StrAttr4Invalid'],
      [{ intAttr: 2 ** 31 }, 'IntAttrInvalid'],
      [{ intAttr3: 1.5 }, 'IntAttr3Invalid'],
      [{ categoryId: -1 }, 'CategoryInvalid'],
      [{ region: { x1: 0, x2: 9999, y1: 0, y2: 1 } }, 'RegionInvalid'],
      [{ picture: new Uint8Array([1, 2, 3]) }, 'PictureFormatUnsupported'],
    ]
    for (const [fields, code] of cases) {
      await assert.rejects(put(instance, 'p', 1, fields), { code }, JSON.stringify(fields).slice(0, 60))
    }
    assert.equal(await app.services.images.count(instance.id), 0)
    const longest = {
      productId: 'x'.repeat(512),
      picName: '红'.repeat(512),
      customContent: 'x'.repeat(4096),
      strAttr: 'x'.repeat(128),
      intAttr: -(2 ** 31),
      categoryId: 12345,
    }
    assert.equal((await put(instance, 'p', 1, longest)).categoryId, 12345)
  })

  test('a category that is not given is predicted from those that were, and others where there are none', async () => {
    const instance = await newInstance('product')
    assert.equal((await put(instance, 'p0', 1)).categoryId, CATEGORY_OTHERS)
    await put(instance, 'p1', 1, { categoryId: 4 })
    await put(instance, 'p2', 2, { categoryId: 0 })
    assert.equal((await put(instance, 'p3', 1)).categoryId, 4)
    assert.equal((await put(instance, 'p4', 2)).categoryId, 0)
    const generic = await newInstance('generic')
    assert.equal((await put(generic, 'p1', 1, { categoryId: 4 })).categoryId, CATEGORY_OTHERS)
  })

  test('a frozen prediction stays the same whatever was put since', async () => {
    const { images } = app.services
    const instance = await newInstance('product')
    await put(instance, 'p1', 1, { categoryId: 4 })
    await put(instance, 'p2', 2, { categoryId: 0 })
    const prediction = await images.prediction(instance.id)
    for (const [i, seed] of [1, 1, 2, 2].entries()) await put(instance, `q${i}`, seed, { categoryId: 7 })
    const importId = await startedImport(app.store, instance.id)
    for (const [line, seed] of [1, 2].entries()) {
      const input = { productId: `r${line}`, picName: 'a.png', picture: await madePicture(seed) }
      const context: WriteContext = { priority: 'import', import: { importId, line, prediction } }
      assert.equal((await images.put(instance.id, input, context)).categoryId, [4, 0][line])
    }
  })

  test('no thumbnails are kept where they are switched off', async () => {
    const { images } = app.services
    const instance = await newInstance('generic', { thumbnails: false })
    const { imageId } = await put(instance, 'p', 1)
    assert.equal(await images.thumbnail(instance.id, imageId), undefined)
    assert.equal((await images.find(instance.id, { productId: 'p', picName: 'a.png' }))?.hasThumbnail, false)
    const jpeg = await images.thumbnail(shop.id, (await images.list(shop.id, { limit: 1, start: 0 }))[0]!.id)
    assert.deepEqual([...jpeg!.subarray(0, 2)], [0xff, 0xd8])
  })

  test('what is written alongside is stored with the image or not at all', async () => {
    const { images } = app.services
    const instance = await newInstance('generic')
    const input = { productId: 'p', picName: 'a.png', picture: await madePicture(1) }
    const failing = images.put(instance.id, input, {
      ...NOW,
      async alongside(trx) {
        await writeMeta(trx, 'alongside', 'lost')
        throw new Error('no')
      },
    })
    await assert.rejects(failing, /no/)
    assert.equal(await readMeta(app.store.read, 'alongside'), undefined)
    assert.equal(await images.count(instance.id), 0)
    assert.equal(await thumbnails(instance), 0)
    await images.put(instance.id, input, { ...NOW, alongside: (trx, outcome) => writeMeta(trx, 'alongside', outcome) })
    assert.equal(await readMeta(app.store.read, 'alongside'), 'stored')
  })

  test('rows of an import in any order end as if they had run one after another', async () => {
    const { images } = app.services
    const picture = await madePicture(1)
    const product = fc.constantFrom('p', 'q')
    const pic = fc.constantFrom('a.png', 'b.png')
    const row = fc.oneof(
      { weight: 2, arbitrary: fc.record({ add: fc.constant(true), productId: product, picName: pic }) },
      fc.record({ add: fc.constant(false), productId: product, picName: fc.option(pic, { nil: undefined }) }),
    )
    const rows = fc.array(row, { minLength: 2, maxLength: 8 })
    const shuffled = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })),
    )
    await fc.assert(
      fc.asyncProperty(shuffled, async ([all, order]) => {
        const instance = await newInstance('generic', { thumbnails: false })
        await images.put(instance.id, { productId: 'q', picName: 'b.png', picture, customContent: 'before' }, NOW)
        const importId = await startedImport(app.store, instance.id)
        const expected = new Map([['q/b.png', 'before']])
        for (const [i, { add, productId, picName }] of all.entries()) {
          const keys = [...expected.keys()].filter((key) => key.startsWith(`${productId}/${picName ?? ''}`))
          if (add) expected.set(`${productId}/${picName}`, `line ${i + 1}`)
          else for (const key of keys) expected.delete(key)
        }
        await Promise.all(
          order.map((i) => {
            const { add, productId, picName } = all[i]!
            const context: WriteContext = { priority: 'import', import: { importId, line: i + 1, prediction: '' } }
            const key = picName === undefined ? { productId } : { productId, picName }
            if (!add) return images.remove(instance.id, key, context)
            const input = { productId, picName: picName!, picture, customContent: `line ${i + 1}` }
            return images.put(instance.id, input, context)
          }),
        )
        const stored = await images.list(instance.id, { limit: 100, start: 0 })
        assert.deepEqual(
          stored.map((image) => [`${image.productId}/${image.picName}`, image.customContent]).sort(),
          [...expected].sort(),
        )
        assert.equal(await images.count(instance.id), stored.length)
      }),
      { numRuns: 25 },
    )
  })

  test('many deletes of an import in one go do what they do one by one', async () => {
    const { images } = app.services
    const instance = await newInstance('generic', { thumbnails: false })
    const picture = await madePicture(1)
    const importId = await startedImport(app.store, instance.id)
    const context = (line: number): WriteContext => ({ priority: 'import', import: { importId, line, prediction: '' } })
    for (let i = 0; i < 6; i++) await put(instance, `p${i}`, 1)
    await images.put(instance.id, { productId: 'p5', picName: 'b.png', picture }, context(50))
    const keys = [
      { productId: 'p0', line: 10 },
      { productId: 'p1', picName: 'a.png', line: 11 },
      { productId: 'p2', picName: 'other.png', line: 12 },
      { productId: 'p5', line: 13 },
      { productId: 'p5', picName: 'a.png', line: 14 },
      { productId: 'nothing', line: 15 },
    ]
    await images.removeMany(instance.id, keys, {
      importId,
      alongside: (trx) => writeMeta(trx, 'many', 'removed'),
    })
    assert.equal(await readMeta(app.store.read, 'many'), 'removed')
    const left = await images.list(instance.id, { limit: 100, start: 0 })
    assert.deepEqual(
      left.map((image) => `${image.productId}/${image.picName}`),
      ['p2/a.png', 'p3/a.png', 'p4/a.png', 'p5/b.png'],
    )
    assert.equal(await images.count(instance.id), 4)
    const late = await images.put(instance.id, { productId: 'p0', picName: 'x.png', picture }, context(9))
    assert.equal(late.outcome, 'superseded')
    const later = await images.put(instance.id, { productId: 'p0', picName: 'x.png', picture }, context(16))
    assert.equal(later.outcome, 'stored')
  })

  test('a product of more pictures than one transaction takes is changed and deleted whole', async () => {
    const { images } = app.services
    const instance = await newInstance('generic')
    await put(instance, 'large', 1, { picName: '0' })
    const first = await app.store.read
      .selectFrom('image')
      .selectAll()
      .where('instance_id', '=', instance.id)
      .executeTakeFirstOrThrow()
    await app.store.write(async (trx) => {
      const { id: _, ...row } = { ...first, thumbnail: '' }
      const vector = new Float32Array(256).fill(1 / 16)
      const copies = Array.from({ length: 1199 }, (_, i) => ({ row: { ...row, pic_name: String(i + 1) }, vector }))
      await writeImages(trx, instance.model, copies)
    })
    assert.equal(await images.update(instance.id, { productId: 'large' }, { intAttr: 5 }), 1200)
    const changed = await images.list(instance.id, {
      filter: { kind: 'int', field: 'intAttr', op: '=', value: 5 },
      limit: 2000,
      start: 0,
    })
    assert.equal(changed.length, 1200)
    const removed = await images.remove(instance.id, { productId: 'large' }, NOW)
    assert.equal(new Set(removed).size, 1200)
    assert.equal(await images.count(instance.id), 0)
    assert.deepEqual(await images.list(instance.id, { limit: 10, start: 0 }), [])
  })

  test('browsing goes in order of id, by filter and by product', async () => {
    const { images } = app.services
    const instance = await newInstance('generic', { thumbnails: false })
    for (let i = 0; i < 7; i++) await put(instance, `p${i % 2}`, 1, { picName: `${i}.png`, intAttr: i })
    const names = async (page: Parameters<typeof images.list>[1]) =>
      (await images.list(instance.id, page)).map((image) => image.picName)
    assert.deepEqual(await names({ limit: 3, start: 2 }), ['2.png', '3.png', '4.png'])
    assert.deepEqual(await names({ limit: 9, start: 0, productId: 'p1' }), ['1.png', '3.png', '5.png'])
    const filter: Filter = { kind: 'int', field: 'intAttr', op: '>', value: 2 }
    assert.deepEqual(await names({ limit: 9, start: 1, filter, productId: 'p0' }), ['6.png'])
  })

  test('everything of an instance that is not there is InstanceNotFound', async () => {
    const gone = { ...shop, id: 4711 }
    await assert.rejects(put(gone, 'p', 1), { code: 'InstanceNotFound' })
  })
})
