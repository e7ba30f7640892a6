import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGES = ['*.md', 'docs/**/*.md'].flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

test('every link between pages leads to a file and a heading that exist', () => {
  const broken: string[] = []
  for (const page of PAGES) {
    const text = read(page).replace(/^```[\s\S]*?^```/gm, '')
    for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(ROOT, target))) broken.push(`${page}: ${link}`)
      else if (anchor && !anchors(read(target)).has(anchor)) broken.push(`${page}: ${link}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('the README is one that is read to its end', () => {
  assert.ok(read('README.md').split('\n').length < 150)
})

test('every package that the server imports has its reason on the page of dependencies, and no other is there', () => {
  const imported = new Set<string>()
  for (const file of globSync('src/**/*.ts', { cwd: ROOT, exclude: (name) => String(name).endsWith('.test.ts') })) {
    for (const [, name = ''] of read(file).matchAll(
      /(?:from|import|import\()\s*'((?:@[\w-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/g,
    )) {
      if (!name.startsWith('node')) imported.add(name)
    }
  }
  const named = [...read('docs/reference/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
  assert.deepEqual([...imported].sort(), named.sort())
})

/** The anchors that GitHub makes of headings. */
function anchors(page: string): Set<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((h) =>
      h
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
