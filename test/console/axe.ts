/** What axe finds on a page as it stands. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const RULES = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"

/** Violations of WCAG 2.2 AA in both themes, one sentence each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'))
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const texts = (await page.evaluate(
      `axe.run({ runOnly: ${RULES} }).then(({ violations }) => violations.map(({ id, nodes }) =>
         id + ': ' + nodes.map(({ target, html }) => target + ' ' + html.slice(0, 120)).join(' | ')))`,
    )) as string[]
    found.push(...texts.map((text) => `(${colorScheme}) ${text}`))
  }
  return found
}
