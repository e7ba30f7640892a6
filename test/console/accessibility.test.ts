/**
 * Every screen, for everybody: axe (WCAG 2.2 AA) in both themes, and the width of a phone.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { furtherView } from '../../src/demo/index.ts'
import { violations } from './axe.ts'
import { buildConsole, type Installation, install, launchChromium, needsChromium, visit } from './browser.ts'

const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 800 }

const SCREENS = [
  'instances',
  'instances?create',
  'instances/shop',
  'instances/shop/test?by=name&product=duck-bath&pic=1.jpg',
  'instances/shop/imports',
  'instances/shop/imports/1',
  'instances/shop/imports/new',
  'instances/shop/catalogue',
  'instances/shop/catalogue?product=duck-bath&pic=1.jpg',
  'instances/shop/catalogue?within=-100,-100,600,-100,600,1100,-100,1100',
  'instances/shop/map',
  'instances/shop/map?within=-100,-100,600,-100,600,1100,-100,1100',
  'instances/shop/test?by=text',
  'instances/shop/copies',
  'instances/shop/copies/decided',
  'instances/shop/add',
  'buckets',
  'buckets?browse=pictures',
  'access/users',
  'access/users/admin',
  'access/roles',
  'access/policies?policy=',
  'access/simulate',
  'system',
  'system/doctor',
  'system/audit',
  'nowhere',
]

describe('the screens of the console', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let folder: string

  before(async () => {
    await buildConsole()
    at = await install()
    folder = await mkdtemp(join(tmpdir(), 'sightline-screens-'))
    await fill(at, folder)
    browser = await launchChromium()
  })

  after(async () => {
    await browser?.close()
    await at?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** What is wrong with the page as it stands. */
  async function faults(page: Page, path: string): Promise<string[]> {
    const found: string[] = []
    await page.goto(`${at.endpoint}/console/${path}`)
    await page.getByRole('heading').first().waitFor()
    await page.waitForLoadState('networkidle')
    found.push(...(await violations(page)).map((violation) => `${path} ${violation}`))
    await page.setViewportSize(PHONE)
    const surplus = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
    if (surplus > 0) found.push(`${path}: ${surplus} px wider than a phone`)
    await page.setViewportSize(DESK)
    return found
  }

  test('axe finds nothing on any of them, light and dark, and none is wider than a phone', async () => {
    const { page, complaints } = await visit(browser, at)
    const found = await faults(page, '')
    await page.goto(await at.link())
    await page.getByRole('heading', { name: 'Instances' }).waitFor()
    for (const path of SCREENS) found.push(...(await faults(page, path)))
    assert.deepEqual(found, [])
    assert.deepEqual(complaints, [])
  })
})

/** An instance with images, and an import whose rows failed in part. */
async function fill({ server }: Installation, folder: string): Promise<void> {
  const { instances, buckets, imports } = server.app.services
  const views = ['duck-bath', 'shirt-lumber', 'tee-breton']
  const rows: string[] = []
  for (const [i, productId] of views.entries()) {
    await writeFile(join(folder, `${i + 1}.jpg`), await furtherView(productId))
    rows.push(JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: `${i + 1}.jpg` }))
  }
  rows.push('{"OperationType":"ADD","ProductId":"gone","PicName":"gone.jpg"}', '{"OperationType"')
  rows[0] = rows[0]?.replace('}', ',"StrAttr":"yellow"}') ?? ''
  await writeFile(join(folder, 'increment.meta'), rows.join('\n'))
  await buckets.add('pictures', { driver: 'file', options: { folder } })
  const { id } = await imports.start(await instances.create('shop', 'product'), { bucket: 'pictures', path: '/' })
  for await (const status of imports.watch(id, AbortSignal.timeout(30_000))) if (status.state !== 'running') break
}
