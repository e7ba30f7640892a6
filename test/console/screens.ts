/**
 * Takes a picture of every screen, light and dark, wide and as on a phone:
 * `node test/console/screens.ts FOLDER [NAMES]`, NAMES a regular expression.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { furtherView } from '../../src/demo/index.ts'
import { buildConsole, type Installation, install, launchChromium, visit } from './browser.ts'

const folder = process.argv[2] ?? 'console-screens'
const only = process.argv[3]

interface Screen {
  readonly name: string
  readonly path: string
  /** Brings the page to what is to be shown. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

const SCREENS: readonly Screen[] = [
  { name: 'instances', path: 'instances' },
  { name: 'create-instance', path: 'instances?create' },
  { name: 'overview', path: 'instances/demo' },
  {
    name: 'more',
    path: 'instances/demo',
    prepare: (page) => page.getByRole('button', { name: 'More', exact: true }).click(),
  },
  { name: 'test-empty', path: 'instances/demo/test' },
  {
    name: 'test',
    path: 'instances/demo/test',
    prepare: async (page) => {
      const picture = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await furtherView('duck-bath') }
      await page.locator('input[type=file]').first().setInputFiles(picture)
      await page.getByRole('heading', { name: /results?$/ }).waitFor()
    },
  },
  {
    name: 'test-result',
    path: 'instances/demo/test?by=filter&filter=int_attr>=0',
    prepare: async (page) => {
      await page.locator('section[aria-label=Results] button').first().click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'imports', path: 'instances/demo/imports' },
  { name: 'import', path: 'instances/demo/imports/1' },
  { name: 'import-failed', path: 'instances/demo/imports/2' },
  { name: 'import-paused', path: 'instances/demo/imports/4' },
  { name: 'dry-run', path: 'instances/demo/imports/3' },
  { name: 'new-import', path: 'instances/demo/imports/new' },
  {
    name: 'new-import-options',
    path: 'instances/demo/imports/new?bucket=spring-catalogue',
    prepare: (page) => page.getByText('Options').click(),
  },
  { name: 'copies', path: 'instances/demo/copies' },
  {
    name: 'copies-chosen',
    path: 'instances/demo/copies',
    prepare: (page) => page.getByRole('button', { name: 'Choose all but the largest' }).first().click(),
  },
  { name: 'copies-decided', path: 'instances/demo/copies/decided' },
  { name: 'catalogue', path: 'instances/demo/catalogue' },
  {
    name: 'image',
    path: 'instances/demo/catalogue',
    prepare: async (page) => {
      await page.locator('main a[title]').first().click()
      await page.getByText('Similar images').waitFor()
    },
  },
  { name: 'map', path: 'instances/demo/map', prepare: (page) => page.getByText('differences').waitFor() },
  {
    name: 'map-chosen',
    path: 'instances/demo/map?within=100,100,600,50,700,500,300,600',
    prepare: async (page) => {
      await page.getByText('images chosen').waitFor()
      const map = page.getByRole('application')
      await map.focus()
      for (const key of ['+', '+', '+', 'ArrowLeft', 'ArrowUp']) await map.press(key)
    },
  },
  {
    name: 'map-close',
    path: 'instances/demo/map',
    prepare: async (page) => {
      const map = page.getByRole('application')
      await map.focus()
      await map.press('ArrowLeft')
      for (let i = 0; i < 5; i++) await map.press('+')
    },
  },
  { name: 'catalogue-chosen', path: 'instances/demo/catalogue?within=100,100,600,50,700,500,300,600' },
  { name: 'test-text', path: 'instances/demo/test?by=text' },
  {
    name: 'add',
    path: 'instances/demo/add',
    prepare: async (page) =>
      page.locator('input[type=file]').setInputFiles([
        { name: 'duck.jpg', mimeType: 'image/jpeg', buffer: await furtherView('duck-bath') },
        { name: 'shirt.jpg', mimeType: 'image/jpeg', buffer: await furtherView('shirt-lumber') },
      ]),
  },
  { name: 'buckets', path: 'buckets' },
  ...['folder', 'oss', 'aws', 's3', 'http'].map((kind) => ({
    name: `bucket-add-${kind}`,
    path: 'buckets',
    prepare: async (page: Page) => {
      await page.getByRole('button', { name: 'Add bucket' }).click()
      await page.getByLabel('Kind').selectOption(kind)
    },
  })),
  {
    name: 'bucket-test',
    path: 'buckets',
    prepare: (page) => page.getByRole('button', { name: 'Test', exact: true }).first().click(),
  },
  { name: 'access', path: 'access' },
  { name: 'access-user', path: 'access/users/admin' },
  { name: 'access-roles', path: 'access/roles' },
  { name: 'access-policies', path: 'access/policies' },
  { name: 'access-policy', path: 'access/policies?policy=' },
  { name: 'access-simulate', path: 'access/simulate' },
  { name: 'system', path: 'system' },
  {
    name: 'system-doctor',
    path: 'system/doctor',
    prepare: (page) => page.getByRole('button', { name: 'Examine' }).click(),
  },
  { name: 'system-audit', path: 'system/audit' },
  {
    name: 'chinese',
    path: 'instances/demo/test?by=name&product=duck-bath&pic=duck-bath-studio.jpg',
    prepare: async (page) => {
      await page.evaluate("localStorage.setItem('sightline-language', 'zh-CN')")
      await page.reload()
      await page.getByText('开始测试').waitFor()
      await page.evaluate("localStorage.removeItem('sightline-language')")
    },
  },
  { name: 'not-found', path: 'nowhere' },
]

await mkdir(folder, { recursive: true })
await buildConsole()
const installation = await install()
const browser = await launchChromium()
try {
  await takeAll(installation)
} finally {
  await browser.close()
  await installation.stop()
}

async function takeAll(at: Installation): Promise<void> {
  const { page, complaints } = await visit(browser, at)
  const shoot = async (name: string) => {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.screenshot({ path: join(folder, `${name}-${scheme}.png`) })
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }
  await page.goto(`${at.endpoint}/console/`)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await shoot('sign-in')
  await page.goto(await at.link())
  await page.getByRole('heading', { name: 'Instances' }).waitFor()
  await page.waitForLoadState('networkidle')
  await shoot('welcome')
  await page.getByRole('button', { name: 'Create the demo shop' }).click()
  await page.getByText('Pause').waitFor({ timeout: 60_000 })
  await shoot('import-running')
  await page.getByText('Every row is imported').waitFor({ timeout: 120_000 })
  await failSomeRows(at)
  await addCopies(at)

  for (const { name, path, prepare } of SCREENS) {
    if (only && !new RegExp(only).test(name)) continue
    for (const [suffix, width, height] of [
      ['', 1280, 860],
      ['-phone', 390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.goto(`${at.endpoint}/console/${path}`)
      await page.waitForLoadState('networkidle').catch(() => {})
      try {
        await prepare?.(page)
        await page.waitForLoadState('networkidle')
      } catch (error) {
        console.log(`${name}: ${(error as Error).message.slice(0, 200)}`)
      }
      await shoot(name + suffix)
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      if ((overflow as number) > 0) console.log(`${name}${suffix}: ${overflow} px wider than the window`)
    }
    await page.setViewportSize({ width: 1280, height: 860 })
  }
  for (const complaint of complaints) console.log(complaint)
}

/** An import with several kinds of bad rows, from a bucket beside the demo's; one that pauses itself; a dry run. */
async function failSomeRows({ server }: Installation): Promise<void> {
  const { mkdtemp, writeFile } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { imports, buckets, instances } = server.app.services
  const place = await mkdtemp(join(tmpdir(), 'sightline-bad-'))
  const add = (i: number, rest: object = {}) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: `bad-${i}`, PicName: `${i}.jpg`, ...rest })
  const lines = [
    add(1, { PicName: 'nearly-blank.png' }),
    add(2),
    '{"OperationType":"ADD"',
    add(4, { CategoryId: 77, PicName: 'duck.jpg' }),
    add(5, { PicName: 'text.jpg' }),
    add(6, { PicName: 'text.jpg' }),
    add(7, { StrAttr: 'x'.repeat(200), PicName: 'duck.jpg' }),
    '{"OperationType":"REPLACE","ProductId":"8"}',
    '{"OperationType":"DELETE","ProductId":"9"}',
  ]
  await writeFile(join(place, 'text.jpg'), 'no picture')
  await writeFile(join(place, 'duck.jpg'), await furtherView('duck-bath'))
  await writeFile(join(place, 'Duck.jpg'), await furtherView('duck-bath'))
  const demo = await instances.get('demo')
  await buckets.add('spring-catalogue', { driver: 'file', options: { folder: place } })
  const run = async (manifest: readonly string[], dryRun: boolean) => {
    await writeFile(join(place, 'increment.meta'), `${manifest.join('\n')}\n`)
    const { id } = await imports.start(demo, { bucket: 'spring-catalogue', path: '/', dryRun })
    while ((await imports.status(id)).state === 'running') await new Promise((resolve) => setTimeout(resolve, 50))
    return id
  }
  await run(lines, false)
  await run([...lines, add(10, { PicName: 'duck.jpg' })], true)
  await run(
    Array.from({ length: 400 }, (_, i) => add(i)),
    false,
  )
}

/** Pictures of the demo shop again, smaller, and mirrored; one decision. */
async function addCopies({ server }: Installation): Promise<void> {
  const { default: sharp } = await import('sharp')
  const { copies, images, instances } = server.app.services
  const demo = await instances.get('demo')
  const put = async (productId: string, picture: Uint8Array): Promise<number> =>
    (await images.put(demo.id, { productId, picName: `${productId}.jpg`, picture }, { priority: 'search' })).imageId
  for (const product of ['duck-bath', 'shirt-lumber', 'tee-breton']) {
    const picture = await furtherView(product)
    const ids = [
      await put(`${product}-shot`, picture),
      await put(`${product}-small`, await sharp(picture).resize(160).jpeg().toBuffer()),
      await put(`${product}-mirrored`, await sharp(picture).flop().jpeg({ quality: 70 }).toBuffer()),
    ]
    if (product === 'tee-breton') await copies.decide(demo, ids, 'ignore')
  }
}
