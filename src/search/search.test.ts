import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { madePicture, openTestApp, type TestApp } from '../../test/harness.ts'
import type { Filter } from '../filter.ts'
import type { Instance } from '../instances/index.ts'
import { rank } from './rank.ts'
import type { SearchAnswer } from './search.ts'

describe('search', () => {
  let app: TestApp
  let shop: Instance
  before(async () => {
    app = await openTestApp()
    const { instances, images } = app.services
    shop = await instances.create('shop', 'product')
    // Ten products of three pictures each; the pictures of a product are the same one in three sizes.
    for (let product = 0; product < 10; product++) {
      for (let pic = 0; pic < 3; pic++) {
        await images.put(
          shop.id,
          {
            productId: `p${product}`,
            picName: `${pic}.png`,
            picture: await madePicture(product, 160 + pic * 40),
            categoryId: product % 2,
            intAttr: product,
            customContent: `content of ${product}`,
          },
          { priority: 'search' },
        )
      }
    }
  })
  after(() => app.cleanUp())

  const products = (answer: SearchAnswer) => answer.results.map(({ image }) => image.productId)

  test('by picture finds the product first and says what it looked at', async () => {
    const { search } = app.services
    const answer = await search.byPicture(shop, await madePicture(4, 200), {})
    assert.equal(answer.results.length, 10)
    assert.deepEqual(products(answer).slice(0, 3), ['p4', 'p4', 'p4'])
    assert.equal(answer.results[0]?.image.picName, '1.png')
    assert.equal(answer.results[0]?.image.customContent, 'content of 4')
    assert.ok(answer.results[0].score > 0.99)
    assert.equal(answer.found, 30)
    assert.deepEqual([answer.picture?.width, answer.picture?.height], [200, 200])
    assert.equal(answer.picture?.categoryId, 0)
    assert.deepEqual(answer.categories.map(({ name }) => name).sort(), ['Dresses', 'Tops'])
    assert.ok(answer.timings.totalMs >= answer.timings.embedMs)
    for (const [i, { score }] of answer.results.entries()) {
      assert.ok(score >= 0 && score <= 1)
      assert.ok(score <= (answer.results[i - 1]?.score ?? 1), 'best first')
    }
  })

  test('by name finds the picture itself first, without one is ImageNotFound', async () => {
    const { search } = app.services
    const answer = await search.byName(shop, { productId: 'p3', picName: '2.png' }, { num: 3 })
    assert.deepEqual(products(answer), ['p3', 'p3', 'p3'])
    assert.equal(answer.results[0]?.image.picName, '2.png')
    assert.equal(answer.picture, undefined)
    assert.deepEqual(answer.categories, [{ id: 1, name: 'Dresses' }])
    await assert.rejects(search.byName(shop, { productId: 'p3', picName: 'no.png' }, {}), { code: 'ImageNotFound' })
  })

  test('pages follow each other without gap or repetition', async () => {
    const { search } = app.services
    const picture = await madePicture(4, 200)
    const whole = await search.byPicture(shop, picture, { num: 30 })
    const pages = await Promise.all(
      [0, 7, 14, 21, 28].map((start) => search.byPicture(shop, picture, { num: 7, start })),
    )
    assert.deepEqual(
      pages.flatMap((page) => page.results.map(({ image }) => image.id)),
      whole.results.map(({ image }) => image.id),
    )
    assert.deepEqual((await search.byPicture(shop, picture, { start: 400 })).results, [])
  })

  test('distinct keeps the best picture of each product, before paging', async () => {
    const { search } = app.services
    const picture = await madePicture(4, 160)
    const answer = await search.byPicture(shop, picture, { distinct: true, num: 8, start: 2 })
    const whole = await search.byPicture(shop, picture, { distinct: true, num: 100 })
    assert.equal(new Set(products(whole)).size, 10)
    assert.equal(whole.results.length, 10)
    assert.equal(whole.results[0]?.image.picName, '0.png')
    assert.deepEqual(products(answer), products(whole).slice(2))
  })

  test('filter, category and threshold cut results, a predicted category does not', async () => {
    const { search } = app.services
    const picture = await madePicture(4, 200)
    const filter: Filter = { kind: 'int', field: 'intAttr', op: '>=', value: 7 }
    const filtered = await search.byPicture(shop, picture, { filter, num: 100 })
    assert.deepEqual(new Set(products(filtered)), new Set(['p7', 'p8', 'p9']))
    assert.equal(filtered.found, 9)
    const both = await search.byPicture(shop, picture, { filter, categoryId: 1, num: 100 })
    assert.deepEqual(new Set(products(both)), new Set(['p7', 'p9']))
    assert.equal(both.found, 6)
    assert.equal(both.picture?.categoryId, 1)
    const close = await search.byPicture(shop, picture, { threshold: 0.95, num: 100 })
    assert.ok(close.results.length >= 1 && close.results.length < 30)
    assert.ok(close.results.every(({ score }) => score >= 0.95))
    assert.equal(close.found, 30)
  })

  test('a generic instance takes no notice of categories', async () => {
    const { search, instances, images } = app.services
    const plain = await instances.create('plain', 'generic')
    await images.put(plain.id, { productId: 'p', picName: 'a', picture: await madePicture(1) }, { priority: 'search' })
    const answer = await search.byPicture(plain, await madePicture(1), { categoryId: 5 })
    assert.equal(answer.results.length, 1)
    assert.deepEqual(answer.categories, [{ id: 88888888, name: 'Others' }])
  })

  test('by filter gives matching images in order of id', async () => {
    const { search } = app.services
    const filter: Filter = { kind: 'intIn', field: 'intAttr', not: false, values: [2, 5] }
    const all = await search.byFilter(shop, filter, {})
    assert.deepEqual(
      all.map((image) => image.productId),
      ['p2', 'p2', 'p2', 'p5', 'p5', 'p5'],
    )
    assert.deepEqual(await search.byFilter(shop, filter, { num: 2, start: 3 }), all.slice(3, 5))
  })

  test('the same picture compares as 1, another one as less', async () => {
    const { search } = app.services
    const same = await search.compare(shop, await madePicture(1), await madePicture(1))
    const other = await search.compare(shop, await madePicture(1), await madePicture(2))
    assert.ok(same.score > 0.999)
    assert.ok(other.score < same.score)
  })

  test('pages and options outside their limits have their codes', async () => {
    const { search } = app.services
    const picture = await madePicture(1)
    const cases = [
      [{ num: 0 }, 'NumInvalid'],
      [{ num: 1.5 }, 'NumInvalid'],
      [{ num: 101 }, 'NumTooLarge'],
      [{ start: -1 }, 'StartInvalid'],
      [{ start: 500 }, 'StartInvalid'],
      [{ start: 450, num: 51 }, 'ResultsBeyondLimit'],
      [{ categoryId: -3 }, 'CategoryInvalid'],
      [{ threshold: 1.1 }, 'ParameterInvalid'],
      [{ threshold: Number.NaN }, 'ParameterInvalid'],
    ] as const
    for (const [options, code] of cases) {
      await assert.rejects(search.byPicture(shop, picture, options), { code }, JSON.stringify(options))
      await assert.rejects(search.byName(shop, { productId: 'p1', picName: '0.png' }, options), { code })
    }
    await search.byPicture(shop, picture, { start: 400, num: 100 })
  })

  test('images that were deleted after the index answered are made up for', async () => {
    const gone = new Set([2, 3, 5])
    const hits = Array.from({ length: 40 }, (_, i) => ({ id: i + 1, similarity: 1 - i / 40, score: 1 - i / 40 }))
    const parts = {
      vectors: { search: async (_: number, _v: Float32Array, { limit }: { limit: number }) => hits.slice(0, limit) },
      images: {
        load: async (_: number, ids: readonly number[]) =>
          new Map(ids.filter((id) => !gone.has(id)).map((id) => [id, { id }])) as never,
      },
      loadProductIds: async (ids: readonly number[]) =>
        new Map(ids.filter((id) => !gone.has(id)).map((id) => [id, `p${id % 4}`])),
    }
    const options = { page: { num: 5, start: 1 }, threshold: 0, distinct: false }
    const results = await rank(parts, 1, new Float32Array(1), options)
    assert.deepEqual(
      results.map(({ image }) => image.id),
      [4, 6, 7, 8, 9],
    )
    const distinct = await rank(parts, 1, new Float32Array(1), {
      ...options,
      page: { num: 4, start: 0 },
      distinct: true,
    })
    assert.deepEqual(
      distinct.map(({ image }) => image.id),
      [1, 4, 6, 7],
    )
  })
})
