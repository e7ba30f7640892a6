import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { CATEGORIES } from '../attributes.ts'
import { DEMO_PRODUCTS, furtherView, makeShop } from './index.ts'
import { photograph } from './scene.ts'

test('the shop has about 300 pictures and a manifest line for each of them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-shop-'))
  t.after(() => rm(folder, { recursive: true }))
  let last = 0
  const pictures = await makeShop(folder, { onProgress: (done) => (last = done) })
  assert.ok(pictures >= 280 && pictures <= 330, `${pictures} pictures`)
  assert.equal(last, pictures)

  const lines = (await readFile(join(folder, 'increment.meta'), 'utf8')).trimEnd().split('\n')
  const named = lines.map((line) => (JSON.parse(line) as { PicName: string }).PicName)
  assert.deepEqual(named.sort(), (await readdir(folder)).filter((name) => name !== 'increment.meta').sort())
})

test('products have ids of their own and official categories, most categories of the table are there', () => {
  assert.equal(new Set(DEMO_PRODUCTS.map(({ id }) => id)).size, DEMO_PRODUCTS.length)
  const used = new Set(DEMO_PRODUCTS.map(({ categoryId }) => categoryId))
  assert.deepEqual(used, new Set(CATEGORIES.keys()))
})

test('the same seed draws the same bytes, another seed another picture', async () => {
  const product = DEMO_PRODUCTS[0]!
  const first = await photograph(product, 'table', 1)
  assert.ok(first.equals(await photograph(product, 'table', 1)))
  assert.ok(!first.equals(await photograph(product, 'table', 2)))
})

test('a further view is a photograph that no line of the manifest names', async () => {
  const { format, width = 0 } = await sharp(await furtherView('duck-bath')).metadata()
  assert.equal(format, 'jpeg')
  assert.ok(width >= 400)
})
