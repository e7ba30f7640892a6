/** The map of an instance: what it tells, and that what is encircled is what the catalogue shows. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import {
  cornersOf,
  formatPolygon,
  isInside,
  neighbour,
  pan,
  parsePolygon,
  toPixel,
  toPlace,
  WHOLE,
  zoomAt,
} from '../../console/parts/plane.ts'
import { furtherView } from '../../src/demo/index.ts'
import { buildConsole, type Installation, install, launchChromium, needsChromium, visit } from './browser.ts'

const PRODUCTS = ['duck-bath', 'shirt-lumber', 'tee-breton', 'dress-poppy', 'tee-sunset', 'sweater-fjord']
const FRAME = { width: 800, height: 600 }

test('zooming keeps what is under the pointer, and panning back comes back', () => {
  const pixel = { x: 620, y: 140 }
  const place = toPlace(pixel, FRAME, WHOLE)
  const closer = zoomAt(pixel, 4, FRAME, WHOLE)
  const again = toPixel(place, FRAME, closer)
  assert.ok(Math.hypot(again.x - pixel.x, again.y - pixel.y) < 1e-6)
  assert.equal(closer.zoom, 4)
  const back = pan(-30, 20, FRAME, pan(30, -20, FRAME, closer))
  assert.ok(Math.hypot(back.x - closer.x, back.y - closer.y) < 1e-9)
  assert.deepEqual(zoomAt(pixel, 1 / 100, FRAME, closer), WHOLE)
})

test('a polygon outlives the address, and what is in view is inside of its corners', () => {
  const view = zoomAt({ x: 400, y: 300 }, 3, FRAME, WHOLE)
  const corners = parsePolygon(formatPolygon(cornersOf(FRAME, view)))
  assert.equal(corners.length, 4)
  assert.ok(isInside({ x: 0.5, y: 0.5 }, corners))
  assert.ok(!isInside({ x: 0.05, y: 0.5 }, corners))
  for (const text of ['', '1,2', 'x,1,2,3,4,5', '1,2,3,4']) assert.deepEqual(parsePolygon(text), [])
})

test('an arrow key goes to the next point in its direction', () => {
  const [middle, right, far, above] = [
    { x: 0.5, y: 0.5 },
    { x: 0.6, y: 0.5 },
    { x: 0.9, y: 0.52 },
    { x: 0.5, y: 0.8 },
  ] as const
  const points = [middle, right, far, above]
  assert.equal(neighbour(points, middle, [1, 0], FRAME, WHOLE), right)
  assert.equal(neighbour(points, right, [1, 0], FRAME, WHOLE), far)
  assert.equal(neighbour(points, middle, [0, -1], FRAME, WHOLE), above)
  assert.equal(neighbour(points, middle, [-1, 0], FRAME, WHOLE), undefined)
})

interface MapAnswer {
  readonly images: number
  readonly explained: readonly number[]
  readonly points: readonly { id: number; productId: string; picName: string; x: number; y: number }[]
}

describe('the map of an instance', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let page: Page
  let complaints: string[]

  before(async () => {
    await buildConsole()
    at = await install()
    const { instances, images } = at.server.app.services
    const { id } = await instances.create('shop', 'product')
    for (const productId of PRODUCTS) {
      const picture = await furtherView(productId)
      await images.put(id, { productId, picName: '1.jpg', picture }, { priority: 'search' })
    }
    await instances.create('bare', 'generic')
    browser = await launchChromium()
    const admin = await visit(browser, at)
    page = admin.page
    complaints = admin.complaints
    await page.goto(await at.link())
    await page.getByRole('heading', { name: 'Instances' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await at?.stop()
  })

  const readMap = (name: string) =>
    page.evaluate(`fetch('/v1/instances/${name}/map').then((answer) => answer.json())`) as Promise<MapAnswer>
  const open = (path: string) => page.goto(`${at.endpoint}/console/instances/${path}`)
  const map = () => page.getByRole('application')

  test('has every image once, stays as it is, and follows when images come and go', async () => {
    const first = await readMap('shop')
    assert.equal(first.images, PRODUCTS.length)
    assert.deepEqual(first.points.map(({ productId }) => productId).sort(), [...PRODUCTS].sort())
    assert.ok(first.points.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1))
    assert.ok(first.explained.every((share) => share > 0 && share <= 1))
    assert.deepEqual(await readMap('shop'), first)

    const { instances, images } = at.server.app.services
    const { id } = await instances.get('shop')
    const picture = await furtherView('duck-bath')
    await images.put(id, { productId: 'another', picName: '1.jpg', picture }, { priority: 'search' })
    const more = await readMap('shop')
    const placeOf = (productId: string) => more.points.find((point) => point.productId === productId)
    assert.equal(more.points.length, PRODUCTS.length + 1)
    // The same picture lies at the same place.
    assert.deepEqual([placeOf('another')?.x, placeOf('another')?.y], [placeOf('duck-bath')?.x, placeOf('duck-bath')?.y])
    await images.remove(id, { productId: 'another' }, { priority: 'search' })
    assert.deepEqual(await readMap('shop'), first)
    assert.deepEqual((await readMap('bare')).points, [])
  })

  test('shows the picture under the pointer, and opens it', async () => {
    await open('shop/map')
    const { points } = await readMap('shop')
    const point = points[2]
    assert.ok(point)
    const box = await map().boundingBox()
    assert.ok(box)
    const { x, y } = toPixel(point, box, WHOLE)
    await page.mouse.move(box.x + x, box.y + y)
    await map().getByText(point.productId).waitFor()
    await page.mouse.click(box.x + x, box.y + y)
    await page.getByRole('dialog').getByText(point.picName).first().waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('what the lasso encircles is what the catalogue shows', async () => {
    await open('shop/map')
    const { points } = await readMap('shop')
    const chosen = points.filter(({ x }) => x < 0.5)
    assert.ok(chosen.length > 0 && chosen.length < points.length)
    await page.getByRole('button', { name: 'Encircle' }).click()
    const box = await map().boundingBox()
    assert.ok(box)
    const corners = [
      { x: -0.02, y: 1.02 },
      { x: 0.5, y: 1.02 },
      { x: 0.5, y: -0.02 },
      { x: -0.02, y: -0.02 },
    ].map((corner) => toPixel(corner, box, WHOLE))
    for (const [i, { x, y }] of corners.entries()) {
      await page.mouse.move(box.x + x, box.y + y, { steps: 6 })
      if (i === 0) await page.mouse.down()
    }
    await page.mouse.up()
    await page.getByRole('link', { name: 'Show in catalogue' }).click()
    await page.getByText('of the images on the map').waitFor()
    const shown = page.locator('main a[title*=" / "]')
    await shown.first().waitFor()
    const titles = await shown.evaluateAll((links) => links.map((link) => (link as unknown as { title: string }).title))
    assert.deepEqual(titles.sort(), chosen.map(({ productId, picName }) => `${productId} / ${picName}`).sort())
    await page.getByRole('link', { name: 'Back to the map' }).click()
    await page.getByText(/image(s)? chosen$/).waitFor()
    await page.getByRole('button', { name: 'Clear choice' }).click()
    await page.getByRole('button', { name: 'Choose what is in view' }).waitFor()
  })

  test('by keyboard alone: from point to point, open one, zoom, choose what is in view', async () => {
    await open('shop/map')
    await map().focus()
    await page.keyboard.press('ArrowRight')
    const name = (await map().locator('strong').textContent()) ?? ''
    assert.ok(PRODUCTS.includes(name))
    for (let i = 0; i < 6; i++) await page.keyboard.press('+')
    assert.ok(Number(await map().getAttribute('data-zoom')) > 10)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('heading', { name }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Choose what is in view' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Show in catalogue' }).focus()
    await page.keyboard.press('Enter')
    await page.locator(`main a[title^="${name} / "]`).waitFor()
    assert.deepEqual(complaints, [])
  })

  test('an instance without images says what the map needs', async () => {
    await open('bare/map')
    await page.getByText('Nothing to map yet').waitFor()
  })
})
