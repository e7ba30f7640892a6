/**
 * Copies at the console: a group at a time, decided by keyboard or mouse, and taken back.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { furtherView } from '../../src/demo/index.ts'
import type { Instance } from '../../src/instances/index.ts'
import { violations } from './axe.ts'
import {
  buildConsole,
  type Installation,
  install,
  launchChromium,
  needsChromium,
  type Visit,
  visit,
} from './browser.ts'

describe('copies at the console', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let mine: Visit
  let page: Page
  let shop: Instance

  before(async () => {
    await buildConsole()
    at = await install()
    const { instances, images } = at.server.app.services
    shop = await instances.create('shop', 'generic')
    for (const product of ['duck-bath', 'shirt-lumber', 'tee-breton']) {
      const picture = await furtherView(product)
      const small = await sharp(picture).resize(160).jpeg().toBuffer()
      for (const [productId, bytes] of [
        [product, picture],
        [`${product}-small`, small],
      ] as const) {
        await images.put(shop.id, { productId, picName: 'a.jpg', picture: bytes }, { priority: 'search' })
      }
    }
    browser = await launchChromium()
    mine = await visit(browser, at)
    page = mine.page
    await page.goto(await at.link())
    await page.getByRole('heading', { name: 'Instances' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await at?.stop()
  })

  const group = (name: string) => page.getByRole('listitem').filter({ hasText: `One copy of ${name} / a.jpg` })
  const open = async (path = 'copies') => {
    await page.goto(`${at.endpoint}/console/instances/shop/${path}`)
    await page.waitForLoadState('networkidle')
  }

  test('groups are decided and taken back by keyboard alone, and stay decided', async () => {
    await open()
    assert.deepEqual(await violations(page), [])
    await group('duck-bath').getByRole('button', { name: 'Keep all' }).focus()
    await page.keyboard.press('k')
    await group('duck-bath').waitFor({ state: 'detached' })
    // The focus is on the group that took the place.
    await page.waitForFunction("document.activeElement?.closest('li')?.textContent.includes('shirt-lumber')")
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('i')
    await group('tee-breton').waitFor({ state: 'detached' })
    await page.waitForFunction("document.activeElement?.closest('li')?.textContent.includes('shirt-lumber')")
    await page.keyboard.press('u')
    await group('tee-breton').waitFor()
    assert.equal(await group('duck-bath').count(), 0)

    await open()
    assert.equal(await group('duck-bath').count(), 0)
    const { decisions } = await at.server.app.services.copies.decisions(shop, { limit: 10 })
    assert.deepEqual(
      decisions.map(({ decision, images }) => [decision, ...images.map(({ productId }) => productId)]),
      [['keep', 'duck-bath', 'duck-bath-small']],
    )
  })

  test('what was decided is listed, and a decision taken back is asked again', async () => {
    await open()
    await page.getByRole('link', { name: 'Decided' }).click()
    await page.getByText('Kept').waitFor()
    assert.deepEqual(await violations(page), [])
    await page.getByRole('button', { name: /^Take back: duck-bath/ }).click()
    await page.getByText('Nothing decided yet').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Copies' }).last().click()
    await group('duck-bath').waitFor()
  })

  test('all but the largest are chosen and deleted; the last group leaves an empty page', async () => {
    await open()
    for (const product of ['duck-bath', 'shirt-lumber']) {
      await group(product).getByRole('button', { name: 'Choose all but the largest' }).click()
      assert.equal(await group(product).getByRole('checkbox', { checked: true }).count(), 1)
      await group(product).getByRole('button', { name: 'Delete 1 chosen' }).click()
      await page.getByRole('dialog').getByText(`${product}-small / a.jpg`).waitFor()
      await page.getByRole('button', { name: 'Delete 1 image' }).click()
      await group(product).waitFor({ state: 'detached' })
    }
    await group('tee-breton').getByRole('button', { name: 'No copies' }).click()
    await page.getByText('No two images show the same picture').waitFor()
    const left = await at.server.app.services.images.list(shop.id, { limit: 10, start: 0 })
    assert.deepEqual(
      left.map(({ productId }) => productId),
      ['duck-bath', 'shirt-lumber', 'tee-breton', 'tee-breton-small'],
    )
  })

  test('the browser had nothing to complain of', () => assert.deepEqual(mine.complaints, []))
})
