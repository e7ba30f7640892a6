/**
 * What people do at the console, in a real browser on a real server.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { furtherView } from '../../src/demo/index.ts'
import {
  buildConsole,
  type Installation,
  install,
  launchChromium,
  needsChromium,
  type Visit,
  visit,
} from './browser.ts'

const ADMIN = { kind: 'user', name: 'admin', arn: 'acs:ram::1:user/admin', isAdmin: true, accessKeyId: '' } as const
const ACTOR = { principal: ADMIN, requestId: 'test', remoteAddress: '127.0.0.1' }

describe('at the console', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let admin: Visit
  let page: Page
  let folder: string

  before(async () => {
    await buildConsole()
    at = await install()
    browser = await launchChromium()
    admin = await visit(browser, at)
    page = admin.page
    folder = await mkdtemp(join(tmpdir(), 'sightline-journeys-'))
  })

  after(async () => {
    await browser?.close()
    await at?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const open = (path: string) => page.goto(`${at.endpoint}/console/${path}`)

  test('the first visit leads in three clicks to a search, through a broken live connection too', async () => {
    let breaks = 1
    await page.route('**/events', (route) => (breaks-- > 0 ? route.abort() : route.continue()))
    await page.goto(await at.link())
    await page.getByRole('button', { name: 'Create the demo shop' }).click()
    await page.getByText('Reconnecting').waitFor({ timeout: 60_000 })
    await page.getByText('Every row is imported').waitFor({ timeout: 60_000 })
    assert.equal(await page.getByText('Reconnecting').count(), 0)
    await page.getByRole('main').getByRole('link', { name: 'Test service' }).last().click()
    await page
      .getByRole('button', { name: /duck|tee|shirt|sweater/ })
      .first()
      .click()
    await page.getByRole('heading', { name: /results$/ }).waitFor()
    assert.doesNotMatch(page.url(), /link=/)
  })

  test('a sign-in link is good for one sign-in', async () => {
    const link = await at.link()
    for (const isFirst of [true, false]) {
      const { context, page: other } = await visit(browser, at)
      await other.goto(link)
      if (isFirst) await other.getByRole('heading', { name: 'Instances' }).waitFor()
      else await other.getByText('Expected a sign-in link that was not used yet').waitFor()
      await context.close()
    }
  })

  test('a picture that is dropped is searched, its subject is boxed, and the box can be typed', async () => {
    await open('instances/demo/test')
    const picture = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await furtherView('duck-bath') }
    await page.locator('input[type=file]').first().setInputFiles(picture)
    const results = page.getByRole('region', { name: 'Results' })
    await results.getByText('duck-bath', { exact: true }).first().waitFor()
    assert.match((await results.getByRole('button').first().textContent()) ?? '', /duck-bath/)
    await page.locator('.ReactCrop__crop-selection').waitFor()

    await page.getByLabel('Subject').selectOption('region')
    await page.getByLabel('x1', { exact: true }).fill('0')
    await page.getByLabel('y2', { exact: true }).fill('120')
    const answered = page.waitForResponse((response) => /[?&]region=0/.test(response.url()))
    await page.getByRole('button', { name: 'Start test' }).click()
    assert.match(new URL((await answered).url()).searchParams.get('region') ?? '', /^0,\d+,\d+,120$/)
    assert.equal((await answered).status(), 200)
  })

  test('a search by name and by filter stands in the address, and shows its time, its code and its raw answer', async () => {
    const query = new URLSearchParams({ by: 'name', product: 'duck-bath', pic: 'duck-bath-studio.jpg', distinct: '1' })
    await open(`instances/demo/test?${query}`)
    const results = page.getByRole('region', { name: 'Results' })
    await results.getByText('search', { exact: false }).first().waitFor()
    await results.getByRole('tab', { name: 'Python' }).click()
    assert.match(
      (await results.getByRole('tabpanel').textContent()) ?? '',
      /search_image_by_name[\s\S]*distinct_product_id=True/,
    )
    await results.getByText('Raw answer').click()
    await results.getByText('"similarity"').first().waitFor()

    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Filter', { exact: true }).fill('str_attr = "white"')
    await page.getByLabel('Filter', { exact: true }).press('Enter')
    await page
      .getByRole('button', { name: /^tee-breton/ })
      .first()
      .waitFor()
    await page.getByLabel('Filter', { exact: true }).fill('str_attr = ')
    await page.getByLabel('Filter', { exact: true }).press('Enter')
    await page.getByText('FilterInvalid').waitFor()
  })

  test('an instance is created by keyboard alone', async () => {
    await open('instances')
    await page.getByRole('button', { name: 'Create instance' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('spring-shop')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'spring-shop' }).waitFor()
    assert.equal((await at.server.app.services.instances.get('spring-shop')).serviceType, 'generic')
    await page.getByText('Nothing imported yet').waitFor()
  })

  test('an import by role and policy: its lines are checked first, its failed rows told, filtered and downloaded', async () => {
    const { accessAdmin, buckets } = at.server.app.services
    await writeFile(join(folder, 'duck.jpg'), await furtherView('duck-bath'))
    const add = (line: object) => JSON.stringify({ OperationType: 'ADD', ProductId: 'p', PicName: 'duck.jpg', ...line })
    const failing = [add({ PicName: 'gone.jpg' }), '{"OperationType":']
    await writeFile(join(folder, 'increment.meta'), [add({}), ...failing].join('\n'))
    await buckets.add('spring-pictures', { driver: 'file', options: { folder } })
    await accessAdmin.createRole(ACTOR, { name: 'import-role' })
    const { arn } = await accessAdmin.role('import-role')

    await open('instances/spring-shop/imports/new?bucket=spring-pictures')
    await page.getByText('2 of the first 3 lines would fail').waitFor()
    await page.getByLabel('ARN').fill(arn)
    await page.getByLabel('ARN').press('Tab')
    await page.getByText('ManifestNotPermitted').waitFor()

    await open('access/policies?policy=')
    await page.getByLabel('Name').fill('read-spring')
    await page.getByLabel('Resource').fill('acs:oss:*:*:spring-pictures/*')
    await page.getByRole('button', { name: 'Save' }).click()
    await open('access/roles')
    await page.getByLabel('Attach a policy').selectOption('read-spring')
    await page.getByRole('button', { name: 'Detach read-spring' }).waitFor()

    await open('instances/spring-shop/imports/new?bucket=spring-pictures')
    await page.getByLabel('ARN').fill(arn)
    await page.getByText('2 of the first 3 lines would fail').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('Imported in part').waitFor()
    await page.getByRole('button', { name: 'RowObjectMissing' }).click()
    await page.getByRole('cell', { name: 'RowNotJson' }).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('row').count(), 2)
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download failed rows' }).click()
    const downloaded = await readFile(await (await downloading).path(), 'utf8')
    assert.deepEqual(downloaded.trim().split('\n'), failing)
  })

  test('images are added by hand, changed, and deleted', async () => {
    await open('instances/spring-shop/add')
    await page.locator('input[type=file]').setInputFiles([
      { name: 'shirt.jpg', mimeType: 'image/jpeg', buffer: await furtherView('shirt-lumber') },
      { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
    ])
    await page.getByRole('button', { name: 'Add 2 pictures' }).click()
    await page.getByText('Stored').waitFor()
    await page.getByText('got bytes of no known picture format').waitFor()

    await open('instances/spring-shop/catalogue?product=shirt&pic=shirt.jpg')
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('IntAttr', { exact: true }).fill('42')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').getByText('42', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Really delete?' }).click()
    await page.getByText('The image is deleted').waitFor()
    assert.equal(
      await at.server.app.services.images.count((await at.server.app.services.instances.get('spring-shop')).id),
      1,
    )
  })

  test('the metadata are exported as a manifest', async () => {
    await open('instances/demo')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Export metadata' }).click()
    await page.getByRole('button', { name: 'Export now' }).click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    const lines = (await readFile(await (await downloading).path(), 'utf8')).trim().split('\n')
    assert.equal(lines.length, 300)
    assert.equal(JSON.parse(lines[0] ?? '').OperationType, 'ADD')
  })

  test('an instance is cleared only when its name is typed', async () => {
    await open('instances/spring-shop')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Clear images' }).click()
    const clear = page.getByRole('button', { name: /^Delete 1 image$/ })
    assert.equal(await clear.isDisabled(), true)
    await page.getByLabel('Type spring-shop to go on').fill('spring-shop')
    await clear.click()
    await page.getByText('All images of spring-shop are deleted').waitFor()
  })

  test('who may only look is offered nothing else, and is refused when he forces it', async () => {
    const { accessAdmin, sessions } = at.server.app.services
    await accessAdmin.createUser(ACTOR, { name: 'reader' })
    await accessAdmin.attach(ACTOR, 'AliyunImagesearchReadOnlyAccess', { kind: 'user', name: 'reader' })
    await sessions.setPassword('reader', 'plum tree in may')
    const { context, page: his, complaints } = await visit(browser, at)
    await his.goto(`${at.endpoint}/console/instances/demo`)
    await his.getByLabel('User name').fill('reader')
    await his.getByLabel('Password').fill('plum tree in may')
    await his.getByRole('button', { name: 'Sign in' }).click()
    await his.getByRole('heading', { name: 'demo' }).waitFor()
    await his.getByRole('link', { name: 'Test service' }).waitFor()
    assert.equal(await his.getByRole('link', { name: /^Import$|Add images/ }).count(), 0)
    await his.getByRole('button', { name: 'More', exact: true }).click()
    const offered = await his.getByRole('menuitem').allTextContents()
    assert.deepEqual(
      offered.filter((item) => item !== 'Export metadata'),
      ['Import history'],
    )

    const forced = (withToken: boolean) =>
      his.evaluate(async (isSent) => {
        const { csrfToken } = (await (await fetch('/v1/session')).json()) as { csrfToken: string }
        const headers: Record<string, string> = isSent ? { 'x-csrf-token': csrfToken } : {}
        const response = await fetch('/v1/instances/demo/clear', { method: 'POST', headers })
        return ((await response.json()) as { error: { code: string } }).error.code
      }, withToken)
    assert.equal(await forced(true), 'NoPermission')
    assert.equal(await forced(false), 'CsrfTokenInvalid')
    assert.equal(await his.evaluate('document.cookie'), '')
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('guessing a password is slowed, and signing out everywhere ends all sessions', async () => {
    const { context, page: guesser } = await visit(browser, at)
    await guesser.goto(`${at.endpoint}/console/`)
    for (let i = 0; i < 6; i++) {
      await guesser.getByLabel('User name').fill('reader')
      await guesser.getByLabel('Password').fill(`a wrong guess ${i}`)
      const answered = guesser.waitForResponse((response) => response.request().method() === 'POST')
      await guesser.getByRole('button', { name: 'Sign in' }).click()
      assert.equal((await answered).status(), i < 5 ? 401 : 429)
    }
    await guesser.getByText('Too many failed attempts').waitFor()

    await guesser.goto(await at.link('reader'))
    await guesser.getByRole('heading', { name: 'Instances' }).waitFor()
    await guesser.getByRole('button', { name: 'Menu of reader' }).click()
    await guesser.getByRole('menuitem', { name: 'Sign out everywhere' }).click()
    await guesser.getByRole('button', { name: 'Sign in' }).waitFor()
    await context.close()
  })

  test('it speaks Chinese', async () => {
    const { context, page: hers } = await visit(browser, at, { locale: 'zh-CN' })
    await hers.goto(await at.link())
    await hers.getByRole('heading', { name: '实例' }).waitFor()
    assert.equal(await hers.locator('html').getAttribute('lang'), 'zh-CN')
    await context.close()
  })

  test('the browser had nothing to complain of, and asked no other origin', () => {
    assert.deepEqual(
      admin.complaints.filter((text) => !text.includes('/events')),
      [],
    )
  })
})
