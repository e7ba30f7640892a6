/**
 * Imports at the console: checked, tried without writing, watched, steered, retried; their failed rows looked at and kept.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
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

const HISTORY = 10_000
/** A page of a long history, from the click to the last row shown. */
const PAGE_MS = 1500

describe('imports at the console', { skip: needsChromium() }, () => {
  let at: Installation
  let browser: Browser
  let mine: Visit
  let page: Page
  let folder: string
  let shop: Instance
  let receiver: Server

  before(async () => {
    await buildConsole()
    folder = await mkdtemp(join(tmpdir(), 'sightline-console-imports-'))
    await writeFile(join(folder, 'duck.jpg'), await furtherView('duck-bath'))
    await writeFile(join(folder, 'text.jpg'), 'no picture')
    at = await install({ allowPrivateAddresses: true })
    const { instances, buckets } = at.server.app.services
    shop = await instances.create('shop', 'generic')
    await buckets.add('pictures', { driver: 'file', options: { folder } })
    receiver = createServer((request, response) => {
      request.resume().on('end', async () => {
        if (request.method === 'POST') return response.writeHead(204).end()
        const bytes = await readFile(join(folder, basename(request.url ?? ''))).catch(() => undefined)
        if (!bytes) return response.writeHead(404).end()
        response.writeHead(200, { 'content-length': bytes.length, etag: `"${bytes.length}"` })
        return response.end(request.method === 'HEAD' ? undefined : bytes)
      })
    })
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
    browser = await launchChromium()
    mine = await visit(browser, at)
    page = mine.page
    await page.goto(await at.link())
    await page.getByRole('heading', { name: 'Instances' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await at?.stop()
    receiver?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const open = (path: string) => page.goto(`${at.endpoint}/console/instances/${path}`)
  const add = (productId: string, picName: string, rest: object = {}) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: picName, ...rest })
  const writeManifest = (lines: readonly string[]) => writeFile(join(folder, 'increment.meta'), lines.join('\n'))
  const press = async (name: string) => {
    await page.getByRole('main').getByRole('button', { name, exact: true }).focus()
    await page.keyboard.press('Enter')
  }

  test('a dry run says what an import would do and writes nothing; the import follows by one key', async () => {
    await writeManifest([
      add('duck', 'duck.jpg'),
      add('broken', 'text.jpg'),
      add('late', 'Ducks.jpg'),
      add('wrong', 'duck.jpg', { StrAttr: 'x'.repeat(200) }),
      '{"OperationType":',
    ])
    await open('shop/imports/new?bucket=pictures')
    await page.getByText('3 of the first 5 lines would fail').waitFor()
    await page.getByText('Options').focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Skip what has not changed').waitFor()
    assert.deepEqual(await violations(page), [])
    await press('Dry run')
    await page.getByRole('heading', { name: 'What an import would do' }).waitFor()
    await page.getByText('3 rows would fail').waitFor()
    assert.deepEqual(await violations(page), [])
    assert.equal(await at.server.app.services.images.count(shop.id), 0)
    await press('Import now')
    await page.getByText('Imported in part').waitFor()
    assert.equal(await at.server.app.services.images.count(shop.id), 1)
  })

  test('failed rows show their pictures, codes and near names, by cause, and can be downloaded', async () => {
    const thumbnail = page.waitForResponse((response) => /\/rows\/4\/picture$/.test(response.url()))
    await page.reload()
    assert.equal((await thumbnail).status(), 200)
    assert.deepEqual(await violations(page), [])
    await page.getByText('Similar names at the root of the bucket: "duck.jpg"').waitFor()
    await page.getByRole('button', { name: /^RowObjectMissing/ }).click()
    await page.getByRole('cell', { name: 'RowNotJson' }).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('row').count(), 2)

    const download = async (name: string) => {
      const downloading = page.waitForEvent('download')
      await page.getByRole('link', { name }).click()
      return (await readFile(await (await downloading).path(), 'utf8')).trim().split('\n')
    }
    assert.equal((await download('Download failed rows')).length, 4)
    const [reason, ...others] = await download('Download reasons')
    assert.deepEqual([JSON.parse(reason as string).code, others], ['RowObjectMissing', []])
  })

  test('an import that paused itself says why; put right it is resumed, and its failed rows are retried', async () => {
    await writeManifest(Array.from({ length: 300 }, (_, i) => add(`late-${i}`, 'late.jpg')))
    const { imports } = at.server.app.services
    const { id } = await imports.start(shop, { bucket: 'pictures', path: '/' })
    await open(`shop/imports/${id}`)
    await page.getByText('the import was paused before all do').waitFor()
    assert.deepEqual(await violations(page), [])
    // A page of the failed rows, however few there were when it was opened.
    await page.getByRole('row').nth(50).waitFor()
    await writeFile(join(folder, 'late.jpg'), await furtherView('tee-breton'))
    await press('Resume')
    await press('Pause')
    await page.getByText('Paused', { exact: true }).waitFor()
    await press('Resume')
    await page.getByText('Imported in part').waitFor({ timeout: 60_000 })
    await press('Retry failed rows')
    await page.getByText('Every row is imported').waitFor({ timeout: 60_000 })
    await page.getByText('No row failed').waitFor()
    const { ok, failed, attempt } = await imports.status(id)
    assert.deepEqual([ok, failed, attempt], [300, 0, 2])
  })

  test('an import waits its turn and is cancelled; another tells its callback address, and what came of that is shown', async () => {
    const { imports } = at.server.app.services
    await writeManifest(Array.from({ length: 300 }, (_, i) => add(`late-${i}`, 'never.jpg')))
    const first = await imports.start(shop, { bucket: 'pictures', path: '/' })
    await open(`shop/imports/${first.id}`)
    await page.getByText('the import was paused before all do').waitFor()

    await writeManifest([add('duck', 'duck.jpg')])
    await open('shop/imports/new?bucket=pictures')
    await page.getByText('Options').click()
    await page.getByLabel('Wait its turn').check()
    await page.getByLabel('Skip what has not changed').check()
    const { port } = receiver.address() as AddressInfo
    await page.getByLabel('Callback address').fill(`http://127.0.0.1:${port}/ended`)
    await page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('One import goes first').waitFor()
    const second = Number(new URL(page.url()).pathname.split('/').at(-1))

    await open(`shop/imports/${first.id}`)
    await press('Cancel import')
    await page.getByText('Cancelled').waitFor()
    await open(`shop/imports/${second}`)
    await page.getByRole('button', { name: /^Unchanged/ }).click()
    await page.getByText('These rows are only counted').waitFor()
    await page.getByRole('cell', { name: '204' }).waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByRole('cell', { name: '204' }).nth(1).waitFor()
    await page.getByRole('button', { name: 'Show the secret' }).click()
    await page.getByText(/^whsec_/).waitFor()
    assert.deepEqual(await violations(page), [])
  })

  test('from a web server, which has no listings, an import is checked by its path and started', async () => {
    const { port } = receiver.address() as AddressInfo
    const options = { url: `http://127.0.0.1:${port}/`, allowPrivate: true }
    await at.server.app.services.buckets.add('web', { driver: 'http', options })
    await writeManifest([add('web-duck', 'duck.jpg')])
    await open('shop/imports/new?bucket=web&path=/')
    await page.getByText('This bucket cannot be browsed').waitFor()
    await page.getByText('All fine').waitFor()
    await press('Import')
    await page.getByText('Every row is imported').waitFor()
  })

  test(`a history of ${HISTORY} imports is shown a page at a time, quickly`, async () => {
    await manyImports(at, shop, 1)
    await open('shop/imports')
    await page.getByText(/of 10,0\d\d$/).waitFor()
    assert.ok((await page.getByRole('row').count()) <= 21)
    const startedMs = performance.now()
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.getByText(/^21–40 of/).waitFor()
    assert.ok(performance.now() - startedMs < PAGE_MS)
    await open(`shop/imports?start=${HISTORY - 20}`)
    await page
      .getByRole('link', { name: '#1', exact: true })
      .or(page.getByText(/^9,981–10,000 of/))
      .first()
      .waitFor()
    assert.deepEqual(await violations(page), [])
  })

  test('the browser had nothing to complain of', () => assert.deepEqual(mine.complaints, []))
})

/** Copies of an import that has ended, as many as make a long history. */
async function manyImports({ server }: Installation, instance: Instance, id: number): Promise<void> {
  const { store } = server.app
  await store.write(async (trx) => {
    const { id: _, ...row } = await trx.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const rows = Array.from({ length: 100 }, () => ({ ...row, instance_id: instance.id, is_dry_run: 0 }))
    for (let made = 0; made < HISTORY; made += rows.length) await trx.insertInto('import').values(rows).execute()
  })
}
