import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type ConsoleFiles, consoleFiles } from './console.ts'

describe('the files of the console', () => {
  let folder: string
  let files: ConsoleFiles

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-console-files-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<!doctype html><p>the page</p>')
    await writeFile(join(folder, 'assets', 'main-1a2b3c.js'), 'export {}\n'.repeat(100))
    files = consoleFiles(folder)
  })
  after(() => rm(folder, { recursive: true }))

  test('every address without a file name is the page, never kept without asking', async () => {
    for (const path of ['/console/', '/console/instances/shop/imports/7', '/console/index.html']) {
      const answer = await files.answer(path, '')
      assert.equal(answer?.status, 200)
      assert.match(Buffer.from(answer?.body ?? '').toString(), /the page/)
      assert.equal(answer?.headers['cache-control'], 'no-cache')
    }
  })

  test('files whose name has their hash are kept for good', async () => {
    const answer = await files.answer('/console/assets/main-1a2b3c.js', '')
    assert.equal(answer?.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(answer?.headers['content-type'], 'text/javascript; charset=utf-8')
  })

  test('the page may load nothing from elsewhere and run nothing inline', async () => {
    const policy = (await files.answer('/console/', ''))?.headers['content-security-policy'] ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  })

  test('text is compressed for those who take it', async () => {
    const answer = await files.answer('/console/assets/main-1a2b3c.js', 'gzip, deflate')
    assert.equal(answer?.headers['content-encoding'], 'gzip')
    assert.equal(gunzipSync(answer?.body ?? '').toString(), 'export {}\n'.repeat(100))
    assert.equal((await files.answer('/console/', 'gzip, br'))?.headers['content-encoding'], 'br')
    assert.equal((await files.answer('/console/', 'br;q=0, gzip;q=0'))?.headers['content-encoding'], undefined)
  })

  test('a file that is not there, or lies outside, is not found', async () => {
    for (const path of ['/console/assets/gone.js', '/console/../package.json', '/console/%2e%2e/package.json']) {
      assert.equal((await files.answer(path, ''))?.status, 404)
    }
    assert.equal(await files.answer('/elsewhere', ''), undefined)
  })

  test('a console that is not built says how to build it', async () => {
    const answer = await consoleFiles(join(folder, 'nothing')).answer('/console/', '')
    assert.equal(answer?.status, 503)
    assert.match(Buffer.from(answer?.body ?? '').toString(), /npm run build:console/)
  })
})
