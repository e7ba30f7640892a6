/** Journeys without a pointer: what is used is reached by Tab, in an order that can be followed, and used by keys. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildConsole, type Installation, install, launchChromium, needsChromium, visit } from './browser.ts'

/** More stops than any way here has. */
const MAX_TABS = 80

describe('by keyboard alone', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let page: Page
  let complaints: string[]

  before(async () => {
    await buildConsole()
    at = await install()
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

  /** Name of what has the focus, as it is read out; it must be visible that it has it. */
  const focused = () =>
    page.evaluate(`(() => {
      const element = document.activeElement
      if (!element || element === document.body) return ''
      const label = element.labels?.[0]?.textContent
      return (element.getAttribute('aria-label') || label || element.title || element.textContent || '').trim()
    })()`) as Promise<string>

  /** Presses Tab until what has the focus is named so. */
  async function tabTo(name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const isIt = (found: string) => (typeof name === 'string' ? found === name : name.test(found))
    const passed: string[] = []
    for (let i = 0; i < MAX_TABS; i++) {
      await page.keyboard.press(key)
      const found = await focused()
      if (isIt(found)) return
      passed.push(found)
    }
    assert.fail(`Tab never came to ${name}, but to ${passed.join(' | ')}`)
  }

  async function press(name: string | RegExp): Promise<void> {
    await tabTo(name)
    await page.keyboard.press('Enter')
  }

  test('the first visit: demo shop, its import, the Test Service, a search with a suggested picture', async () => {
    await press('Create the demo shop')
    await page.getByText('Every row is imported').waitFor({ timeout: 60_000 })
    await press('Test service')
    await page.getByText('No picture at hand?').waitFor()
    await press(/^tee-sunset/)
    await page.getByRole('heading', { name: /results$/ }).waitFor()
  })

  test('skips the menu, and the new page has the focus', async () => {
    await page.goto(`${at.endpoint}/console/instances/demo`)
    await page.getByRole('heading', { name: 'demo' }).waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await focused(), 'Skip to content')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'main')
    await press('Catalogue')
    await page.getByText('300 images', { exact: true }).waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'main')
  })

  test('the catalogue is turned, filtered, an image opened, changed and deleted', async () => {
    await page.goto(`${at.endpoint}/console/instances/demo/catalogue`)
    await page.getByText('300 images', { exact: true }).waitFor()
    await press('Last page')
    await page.getByText('241–300 of 300').first().waitFor()
    await tabTo('Previous page', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByText('181–240 of 300').first().waitFor()

    await tabTo('Filter', 'Shift+Tab')
    await page.keyboard.type('str_attr = "white"')
    await page.keyboard.press('Enter')
    await press(/^tee-breton \/ |^tee-breton/)
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Similar images').waitFor()
    await press('Edit')
    await tabTo('IntAttr3')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('42')
    await page.keyboard.press('Enter')
    await dialog.getByText('42', { exact: true }).waitFor()
    await press('Delete')
    await page.getByRole('button', { name: 'Really delete?' }).waitFor()
    assert.equal(await focused(), 'Really delete?')
    await page.keyboard.press('Enter')
    await page.getByText('The image is deleted').waitFor()
    await dialog.waitFor({ state: 'detached' })
    const { instances, images } = at.server.app.services
    assert.equal(await images.count((await instances.get('demo')).id), 299)
  })

  test('a search by name, its first result opened and searched with', async () => {
    await page.goto(`${at.endpoint}/console/instances/demo/test`)
    await press('Name')
    await tabTo('ProductId')
    await page.keyboard.type('duck-bath')
    await page.keyboard.press('Tab')
    await page.keyboard.type('duck-bath-studio.jpg')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /results$/ }).waitFor()
    await press(/^duck-bath \/ |^1\.00/)
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Rank 1').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  test('a dialog is opened from a menu, and Escape closes it', async () => {
    await page.goto(`${at.endpoint}/console/instances/demo`)
    await press('More')
    await page.getByRole('menu').waitFor()
    for (let i = 0; i < 10 && (await focused()) !== 'Edit limits'; i++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual(complaints, [])
  })
})
