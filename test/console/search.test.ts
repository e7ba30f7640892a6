/** The Test Service with a model that reads text: every way to ask, and the threshold on the distribution of scores. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { writeColourModel } from '../fixtures/colour-model.ts'
import { buildConsole, type Installation, install, launchChromium, needsChromium, visit } from './browser.ts'

const COLOURS = ['red', 'green', 'blue', 'yellow', 'black', 'white'] as const

const plain = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 240, height: 160, channels: 3, background } })
    .png()
    .toBuffer()

describe('the Test Service', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let page: Page
  let complaints: string[]
  let modelFolder: string
  let pictures: Server

  before(async () => {
    await buildConsole()
    modelFolder = await mkdtemp(join(tmpdir(), 'sightline-colours-'))
    await mkdir(modelFolder, { recursive: true })
    await writeColourModel(modelFolder)
    at = await install({ modelFolder, allowPrivateAddresses: true })
    const { instances, images } = at.server.app.services
    const { id } = await instances.create('shop', 'product')
    for (const [i, colour] of COLOURS.entries()) {
      const name = { productId: colour, picName: 'plain.png' }
      const attributes = { intAttr: i, categoryId: i % 2 }
      await images.put(id, { ...name, ...attributes, picture: await plain(colour) }, { priority: 'search' })
    }
    const green = await plain('green')
    pictures = createServer((_, answer) => answer.setHeader('content-type', 'image/png').end(green))
    await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve))
    browser = await launchChromium()
    const admin = await visit(browser, at)
    page = admin.page
    complaints = admin.complaints
    await page.goto(await at.link())
    await page.getByRole('heading', { name: 'Instances' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    pictures?.close()
    await at?.stop()
    await rm(modelFolder, { recursive: true, force: true })
  })

  const open = (query = '') => page.goto(`${at.endpoint}/console/instances/shop/test${query}`)
  const results = () => page.getByRole('region', { name: 'Results' })
  const first = () => results().locator('button[title*=" / "]').first()
  const isFirst = (colour: string) =>
    results().locator(`button[title*=" / "]:first-child[title^="${colour} / "]`).waitFor()

  test('finds by what the words say, and the words stand in the address', async () => {
    await open()
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    await page.getByLabel('What the picture shows').fill('a blue shoe')
    await page.getByLabel('What the picture shows').press('Enter')
    await isFirst('blue')
    assert.equal(new URL(page.url()).searchParams.get('text'), 'a blue shoe')
    await results().getByRole('tab', { name: 'Node.js' }).click()
    assert.match((await results().getByRole('tabpanel').textContent()) ?? '', /searchImageByText[\s\S]*"a blue shoe"/)
    await page.reload()
    await isFirst('blue')
  })

  test('finds a pasted picture, and one by its address', async () => {
    await open()
    await page.getByText('Drop a picture here').waitFor()
    const bytes = (await plain('red')).toString('base64')
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${bytes}'), (c) => c.charCodeAt(0))
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }))
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    })()`)
    await isFirst('red')
    await page.getByText('pasted.png').waitFor()

    await open()
    await page.getByLabel('Or its address').fill(`http://127.0.0.1:${(pictures.address() as AddressInfo).port}/a.png`)
    await page.getByLabel('Or its address').press('Enter')
    await isFirst('green')
  })

  test('a region is typed, and moved by the arrow keys', async () => {
    await open()
    const half = await sharp(await plain('red'))
      .extend({ right: 240, background: 'blue' })
      .png()
      .toBuffer()
    const picture = { name: 'half.png', mimeType: 'image/png', buffer: half }
    await page.locator('input[type=file]').first().setInputFiles(picture)
    await first().waitFor()
    await page.getByLabel('Subject').selectOption('region')
    for (const [side, value] of [
      ['x1', '260'],
      ['x2', '470'],
      ['y1', '0'],
      ['y2', '160'],
    ] as const) {
      await page.getByLabel(side, { exact: true }).fill(value)
    }
    await page.getByRole('button', { name: 'Start test' }).click()
    await isFirst('blue')
    const box = page.locator('.ReactCrop__crop-selection')
    await box.focus()
    const moved = page.waitForResponse((response) => response.url().includes('/search'))
    await page.keyboard.press('ArrowLeft')
    const region = new URL((await moved).url()).searchParams.get('region')?.split(',').map(Number) ?? []
    assert.ok((region[0] ?? 260) < 260 && (region[1] ?? 470) < 470, String(region))
  })

  test('the threshold on the scores hides what is below, by keyboard, and asks again for what was left out', async () => {
    await open('?by=text&text=red')
    await isFirst('red')
    assert.equal(await results().locator('button[title*=" / "]').count(), COLOURS.length)
    const threshold = page.getByRole('slider', { name: /Threshold/ })
    await threshold.focus()
    await page.keyboard.press('End')
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
    await page.waitForURL(/threshold=0\.95/)
    const kept = await results().locator('button[title*=" / "]').count()
    assert.ok(kept >= 1 && kept < COLOURS.length, `${kept} are kept`)
    await page.getByText(`${kept} of ${COLOURS.length} results are at least 0.95`).waitFor()

    await page.reload()
    await isFirst('red')
    const asked = page.waitForResponse((response) => response.url().includes('/search'))
    await threshold.focus()
    await page.keyboard.press('Home')
    await asked
    await results()
      .getByRole('heading', { name: `${COLOURS.length} results` })
      .waitFor()
    assert.deepEqual(complaints, [])
  })
})

describe('the Test Service with a model that reads no text', { skip: needsChromium() }, () => {
  test('says why it does not search by text', async () => {
    const at = await install()
    const browser = await launchChromium()
    try {
      await at.server.app.services.instances.create('shop', 'generic')
      const { page } = await visit(browser, at)
      await page.goto(await at.link())
      await page.getByRole('heading', { name: 'Instances' }).waitFor()
      await page.goto(`${at.endpoint}/console/instances/shop/test?by=text`)
      await page.getByText(/The model sightline-mini\S* reads no text/).waitFor()
      assert.equal(await page.getByRole('button', { name: 'Start test' }).isDisabled(), true)
    } finally {
      await browser.close()
      await at.stop()
    }
  })
})
