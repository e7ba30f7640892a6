/**
 * Buckets at the console: added, tested, browsed and removed; keys of stores are given and never shown.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { KINDS, type Kind, NO_VALUES, sourceOf } from '../../console/pages/bucket-kinds.ts'
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

const SECRET = 'never-to-be-seen-0123456789'

describe('buckets at the console', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let mine: Visit
  let page: Page
  let folder: string
  /** Bodies of all answers of the server. */
  const answers: Promise<string>[] = []

  before(async () => {
    await buildConsole()
    folder = await mkdtemp(join(tmpdir(), 'sightline-buckets-'))
    await writeFile(join(folder, 'duck.jpg'), 'quack')
    at = await install()
    browser = await launchChromium()
    mine = await visit(browser, at)
    page = mine.page
    page.on('response', (response) => {
      if (response.url().includes('/v1/buckets')) answers.push(response.text().catch(() => ''))
    })
    await page.goto(await at.link())
    await page.getByRole('heading', { name: 'Instances' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await at?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const open = () => page.goto(`${at.endpoint}/console/buckets`)
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const closeDialog = async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  test('a folder is added, tested, browsed and removed by keyboard alone', async () => {
    await open()
    await page.getByRole('button', { name: 'Add bucket' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.type('my-folder')
    await page.keyboard.press('Tab')
    await page.keyboard.type(folder)
    await page.keyboard.press('Enter')
    await page.getByText('Imports can read this bucket.').waitFor()
    assert.match((await page.getByRole('dialog').textContent()) ?? '', /duck\.jpg.*5 bytes of 5/)
    await closeDialog()

    await row('my-folder').getByRole('button', { name: 'Browse' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('duck.jpg').waitFor()
    await closeDialog()

    await row('my-folder').getByRole('button', { name: 'Remove bucket my-folder' }).focus()
    await page.keyboard.press('Enter')
    const remove = page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true })
    await remove.focus()
    await page.keyboard.press('Enter')
    await page.getByText('No buckets yet').waitFor()
  })

  test('a store is added with a key, its test says what to do, and the key is replaced and never shown', async () => {
    await open()
    await page.getByRole('button', { name: 'Add bucket' }).click()
    await page.getByLabel('Kind').selectOption('ceph')
    assert.deepEqual(await violations(page), [])
    await page.getByLabel('Name', { exact: true }).fill('ceph-pictures')
    await page.getByLabel('Bucket at the store').fill('pictures')
    // Nobody listens there.
    await page.getByLabel('Endpoint').fill('http://127.0.0.1:9')
    await page.getByLabel('Access key ID').fill('FIRSTKEY')
    const add = page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true })
    assert.equal(await add.isDisabled(), true)
    await page.getByLabel('Access key secret').fill(SECRET)
    await add.click()
    await row('ceph-pictures').getByText('Key FIRSTKEY').waitFor()
    await page.getByRole('dialog').getByText('cannot be read').waitFor()
    await closeDialog()

    await row('ceph-pictures').getByRole('button', { name: 'Replace the key of ceph-pictures' }).click()
    await page.getByLabel('Access key ID').fill('SECONDKEY')
    await page.getByLabel('Access key secret').fill(`${SECRET}-2`)
    await page.getByRole('button', { name: 'Replace key', exact: true }).click()
    await row('ceph-pictures').getByText('Key SECONDKEY').waitFor()
    assert.deepEqual(
      (await at.server.app.services.buckets.list()).map(({ driver, accessKeyId }) => [driver, accessKeyId]),
      [['s3', 'SECONDKEY']],
    )
    await closeDialog()

    const seen = (await Promise.all(answers)).join('\n') + (await page.content())
    assert.ok(seen.includes('SECONDKEY') && !seen.includes(SECRET))
  })

  test('what the server refuses is said in the form', async () => {
    await open()
    await page.getByRole('button', { name: 'Add bucket' }).click()
    await page.getByLabel('Name', { exact: true }).fill('other')
    await page.getByLabel('Folder', { exact: true }).fill('/there/is/none')
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('BucketFolderMissing').waitFor()
  })

  test('each kind of store becomes a bucket that the server takes', async () => {
    const { buckets } = at.server.app.services
    const values = {
      ...NO_VALUES,
      folder,
      url: 'https://cdn.example/pictures',
      bucket: 'pictures-1250000000',
      region: 'eu-central-1',
      endpoint: 'https://s3.example/',
      maxRequests: '8',
      maxRate: '2.5',
    }
    const added = new Map<Kind, Readonly<Record<string, unknown>>>()
    for (const kind of KINDS) {
      const source = sourceOf(kind, values)
      const credentials = { accessKeyId: 'id', accessKeySecret: SECRET }
      const response = await page.evaluate(
        async (body) => {
          const { csrfToken } = (await (await fetch('/v1/session')).json()) as { csrfToken: string }
          const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
          const answer = await fetch('/v1/buckets', { method: 'POST', headers, body: JSON.stringify(body) })
          return { status: answer.status, text: await answer.text() }
        },
        {
          name: `kind-${kind}`,
          ...source,
          ...((source.driver === 's3' || source.driver === 'oss') && { credentials }),
        },
      )
      assert.equal(response.status, 201, `${kind}: ${response.text}`)
      const bucket = (await buckets.list()).find(({ name }) => name === `kind-${kind}`)
      added.set(kind, { driver: bucket?.driver, ...bucket?.options })
    }
    const limits = { maxRequests: 8, maxBytesPerSecond: 2_500_000 }
    const bucket = 'pictures-1250000000'
    assert.deepEqual(added.get('cos'), {
      ...{ driver: 's3', bucket, ...limits, region: 'eu-central-1' },
      ...{ endpoint: 'https://cos.eu-central-1.myqcloud.com', addressing: 'host' },
    })
    assert.deepEqual(added.get('r2'), {
      driver: 's3',
      bucket,
      ...limits,
      region: 'auto',
      endpoint: 'https://s3.example',
    })
    assert.deepEqual(added.get('http'), { driver: 'http', url: 'https://cdn.example/pictures/', ...limits })
  })

  test('the browser had nothing to complain of', () => assert.deepEqual(mine.complaints, []))
})
