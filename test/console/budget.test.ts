import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BUILT, buildConsole, SOURCE } from './browser.ts'

const MAX_JS = 45_000
const MAX_CSS = 10_000

/** What the first page needs: the entry, all it imports statically, its language, and what those bring of CSS. */
describe('the first load of the console', () => {
  let page: string
  before(async () => {
    await buildConsole()
    page = await readFile(join(BUILT, 'index.html'), 'utf8')
  })

  test(`is at most ${MAX_JS} bytes of JavaScript, gzipped`, async () => {
    const found = new Set<string>()
    const english = (await readdir(join(BUILT, 'assets'))).filter((file) => file.startsWith('en-'))
    assert.ok(english.length > 0)
    const entry = [...page.matchAll(/(?:src|href)="\/console\/assets\/([^"]+\.js)"/g)].map(([, file]) => file as string)
    const queue = [...entry, ...english]
    for (let file = queue.pop(); file; file = queue.pop()) {
      if (found.has(file)) continue
      found.add(file)
      const code = await readFile(join(BUILT, 'assets', file), 'utf8')
      for (const [, imported] of code.matchAll(/(?:import|from)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
        queue.push(imported as string)
      }
    }
    const sizes = await Promise.all(
      [...found].map(async (file) => gzipSync(await readFile(join(BUILT, 'assets', file))).length),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(total <= MAX_JS, `${total} bytes in ${found.size} files: ${[...found].join(', ')}`)
  })

  test(`is at most ${MAX_CSS} bytes of CSS, gzipped`, async () => {
    const files = [...page.matchAll(/href="\/console\/(assets\/[^"]+\.css)"/g)].map(([, file]) => file as string)
    assert.ok(files.length > 0)
    const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(BUILT, file))).length))
    const total = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(total <= MAX_CSS, `${total} bytes`)
  })

  test('has all words that the first page shows', async () => {
    const files = new Set<string>()
    const queue = [join(SOURCE, 'main.tsx')]
    const shown = new Set<string>()
    for (let file = queue.pop(); file; file = queue.pop()) {
      if (files.has(file) || file.includes('/i18n/')) continue
      files.add(file)
      const code = await readFile(file, 'utf8')
      for (const [, key] of code.matchAll(/\bt\('([^']+)'/g)) shown.add(key as string)
      for (const [, to] of code.matchAll(/^(?:import|export)\b[^()]*? from '(\.[^']+\.tsx?)'/gm)) {
        queue.push(join(dirname(file), to as string))
      }
    }
    const { messages } = await import('../../console/i18n/en.ts')
    assert.ok(files.size > 10 && shown.size > 40)
    assert.deepEqual(
      [...shown].filter((key) => !(key in messages)),
      [],
    )
  })

  test('has no inline script or style and no other origin', () => {
    assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)/)
    assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=/)
    assert.doesNotMatch(page, /https?:\/\//)
  })
})
