import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { madePicture } from '../harness.ts'
import { type Ended, type Served, serve, sightline } from './sightline.ts'

let root: string
let data: string
let server: Served

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-cli-'))
  data = join(root, 'data')
  await mkdir(join(root, 'photos', 'summer'), { recursive: true })
  const lines: object[] = []
  for (let i = 0; i < 4; i++) {
    await writeFile(join(root, 'photos', 'summer', `${i}.png`), await madePicture(i))
    lines.push({
      OperationType: 'ADD',
      ProductId: `p${i}`,
      PicName: `${i}.png`,
      IntAttr: i,
      CustomContent: `number ${i}`,
    })
  }
  lines.push({ OperationType: 'ADD', ProductId: 'gone', PicName: 'gone.png' })
  await writeFile(join(root, 'photos', 'summer', 'increment.meta'), lines.map((l) => JSON.stringify(l)).join('\n'))
  server = await serve(data)
})
after(async () => {
  await server.stop()
  await rm(root, { recursive: true })
})

/** A command with the data folder's credentials; fails the test when it does not end as expected. */
async function run(args: readonly string[], code = 0): Promise<Ended> {
  const end = await sightline([...args, '--data', data], { cwd: root })
  assert.equal(end.code, code, `${args.join(' ')}\n${end.stdout}${end.stderr}`)
  return end
}

async function json<T>(args: readonly string[], code = 0): Promise<T> {
  return JSON.parse((await run([...args, '--json'], code)).stdout) as T
}

test('serve prints the address, the console and the three lines that an SDK needs', () => {
  const printed = server.printed()
  assert.match(printed, /^console +http:\/\/127\.0\.0\.1:\d+\/console\/#link=\S+$/m)
  assert.match(printed, /^endpoint +127\.0\.0\.1:\d+$/m)
  assert.match(printed, /^accessKeyId +SLAK\w+$/m)
  assert.match(printed, /^accessKeySecret +in .*credentials\.json$/m, 'the secret is not printed into a log')
})

test('a second server on the data folder is refused with what to do', async () => {
  const { code, stderr } = await sightline(['serve', '--data', data, '--port', '0'])
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`^DataFolderInUse: .*process id ${server.child.pid} `))
  assert.match(stderr, /Stop that server, or start this one with another --data folder/)
})

test('an instance is created, imported into, searched, examined and dropped', async () => {
  assert.match((await run(['instance', 'list'])).stdout, /There are no instances/)
  await run(['instance', 'create', 'shop', '--type', 'generic', '--capacity', '100'])
  assert.match((await run(['instance', 'show', 'shop'])).stdout, /^Images +0 of at most 100$/m)
  await run(['instance', 'update', 'shop', '--capacity', '200', '--search-qps', '50'])

  await run(['bucket', 'add', 'photos', '--folder', join(root, 'photos')])
  assert.match((await run(['bucket', 'test', 'photos'])).stdout, /✓ list/)
  const started = await run(['import', 'start', 'shop', '--bucket', 'photos', '--path', '/summer', '--wait'], 3)
  assert.match(started.stdout, /^Rows +5: 4 ok, 1 failed, 0 skipped$/m)
  assert.equal(started.stderr, '', 'no progress bar without a terminal')

  const failed = await run(['import', 'failed', '1'])
  assert.match(failed.stdout, /^ +5 +failed +RowObjectMissing/m)
  await run(['import', 'failed', '1', '--manifest', join(root, 'failed.meta')])
  assert.match(await readFile(join(root, 'failed.meta'), 'utf8'), /"PicName":"gone\.png"/)
  assert.match((await run(['import', 'list', 'shop'])).stdout, /photos:\/summer/)

  const picture = join(root, 'photos', 'summer', '2.png')
  const found = await json<{ results: { productId: string; score: number }[] }>([
    'search',
    'shop',
    '--picture',
    picture,
  ])
  assert.equal(found.results[0]?.productId, 'p2')
  assert.equal(found.results[0]?.score, 1)
  const table = (await run(['search', 'shop', '--name', 'p2/2.png', '--num', '1'])).stdout
  assert.match(table, /^1 +1\.000 +p2 +2\.png +88888888 Others +number 2$/m)
  assert.match((await run(['search', 'shop', '--filter', 'int_attr >= 2'])).stdout, /p3/)

  const sheet = join(root, 'sheet.png')
  await run(['search', 'shop', '--picture', picture, '--contact-sheet', sheet])
  assert.equal((await sharp(sheet).metadata()).format, 'png')

  assert.match((await run(['doctor'])).stdout, /^1 instance, 4 images: nothing is wrong\.$/m)
  assert.match((await run(['instance', 'clear', 'shop'], 2)).stderr, /Say so with --yes/)
  await run(['instance', 'clear', 'shop', '--yes'])
  await run(['instance', 'drop', 'shop', '--yes'])
  await run(['bucket', 'remove', 'photos'])
})

test('an image is added, shown, changed and deleted', async () => {
  await run(['instance', 'create', 'single', '--type', 'product'])
  const file = join(root, 'photos', 'summer', '1.png')
  await run([
    'image',
    'add',
    'single',
    file,
    '--product',
    '商品/1',
    '--category',
    '4',
    '--int-attr',
    '7',
    '--content',
    'a',
  ])
  const key = ['single', '--product', '商品/1', '--pic', '1.png']
  assert.match((await run(['image', 'show', ...key])).stdout, /^Category +4 Shoes$/m)
  await run(['image', 'update', ...key, '--int-attr', '8', '--str-attr2', 'red'])
  const image = await json<{ intAttr: number; strAttr2: string }>(['image', 'show', ...key])
  assert.deepEqual([image.intAttr, image.strAttr2], [8, 'red'])
  assert.match((await run(['image', 'delete', 'single', '--product', '商品/1'])).stdout, /1 image deleted/)
  assert.match((await run(['image', 'delete', 'single', '--product', '商品/1'], 1)).stdout, /There was no such image/)
})

test('errors say their code and what to do on stderr, in JSON when asked', async () => {
  const plain = await run(['instance', 'show', 'nope'], 1)
  assert.match(plain.stderr, /^InstanceNotFound: .*"nope".*\n {2}List the instances/)
  assert.equal(plain.stdout, '')
  const asked = await run(['instance', 'show', 'nope', '--json'], 1)
  const { error } = JSON.parse(asked.stderr) as { error: { code: string; hint: string; requestId: string } }
  assert.equal(error.code, 'InstanceNotFound')
  assert.match(error.requestId, /^[0-9A-F-]{36}$/)
  assert.match((await run(['image', 'add', 'single', 'no-such-file', '--product', 'p'], 1)).stderr, /^ENOENT: /)
})

test('wrong usage ends with 2 and says where the help is', async () => {
  for (const args of [
    ['search', 'shop'],
    ['search', 'shop', '--name', 'no-slash'],
    ['search', 'shop', '--filter', 'a', '--threshold', '2'],
    ['instance', 'create', 'shop', '--type', 'round'],
    ['instance', 'create', 'shop'],
    ['frobnicate'],
  ]) {
    const { code, stderr } = await sightline(args, { cwd: root })
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, /--help/)
  }
  assert.equal((await sightline(['--help'])).code, 0)
})

test('without a server a command says how to start one, without credentials how to get them', async () => {
  const env = { SIGHTLINE_ACCESS_KEY_ID: 'a', SIGHTLINE_ACCESS_KEY_SECRET: 'b' }
  const none = await sightline(['instance', 'list', '--endpoint', 'http://127.0.0.1:9'], { cwd: root, env })
  assert.equal(none.code, 1)
  assert.match(none.stderr, /^ServerUnreachable: .*\n {2}Start one with `sightline serve`/)
  const keyless = await sightline(['instance', 'list'], { cwd: root })
  assert.match(keyless.stderr, /^ClientKeyMissing: /)
})

test('the environment names server and key, too', async () => {
  const { accessKeyId, accessKeySecret } = JSON.parse(await readFile(join(data, 'credentials.json'), 'utf8'))
  const env = {
    SIGHTLINE_ENDPOINT: server.endpoint,
    SIGHTLINE_ACCESS_KEY_ID: accessKeyId,
    SIGHTLINE_ACCESS_KEY_SECRET: accessKeySecret,
  }
  assert.equal((await sightline(['instance', 'list'], { cwd: root, env })).code, 0)
})

test('a backup is made through the server, and directly when none runs', async () => {
  const copy = await json<{ folder: string }>(['backup', 'copy-1'])
  assert.equal(copy.folder, join(root, 'copy-1'))
  const again = await sightline(['backup', join(root, 'copy-2'), '--data', copy.folder, '--json'])
  assert.equal(again.code, 0, again.stderr)
  const examined = await sightline(['doctor', '--data', join(root, 'copy-2'), '--json'])
  assert.equal((JSON.parse(examined.stdout) as { healthy: boolean }).healthy, true)
})

test('config lists every setting with its source and hides secrets', async () => {
  const folder = join(root, 'configured')
  await mkdir(folder)
  await writeFile(join(folder, 'sightline.json'), '{"logLevel":"warn"}')
  const env = { SIGHTLINE_WORKERS: '3', SIGHTLINE_SECRET_KEY: 'hush-hush' }
  const { stdout } = await sightline(['config', '--data', folder, '--json'], { env })
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; value: unknown; source: string })
  const source = (name: string): string | undefined => rows.find((row) => row.name === name)?.source
  assert.equal(source('dataDir'), 'flag --data')
  assert.equal(source('workers'), 'environment SIGHTLINE_WORKERS')
  assert.equal(source('logLevel'), `file ${join(folder, 'sightline.json')}`)
  assert.equal(source('port'), 'default')
  assert.doesNotMatch(stdout, /hush-hush/)
})

test('SIGTERM in the middle of an import ends the server in order, and the next start goes on', async () => {
  const folder = join(root, 'stopped')
  const photos = join(root, 'many')
  await cp(join(root, 'photos', 'summer'), photos, { recursive: true })
  const lines = Array.from({ length: 150 }, (_, i) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: `p${i}`, PicName: `${i % 4}.png` }),
  )
  await writeFile(join(photos, 'increment.meta'), lines.join('\n'))
  const first = await serve(folder)
  const on = (args: readonly string[]) => sightline([...args, '--data', folder])
  await on(['bucket', 'add', 'many', '--folder', photos])
  await on(['instance', 'create', 'shop', '--type', 'generic'])
  assert.equal((await on(['import', 'start', 'shop', '--bucket', 'many'])).code, 0)
  const start = Date.now()
  const { code, stderr } = await first.stop()
  assert.equal(code, 0, stderr)
  assert.ok(Date.now() - start < 10_000)

  const second = await serve(folder)
  const { code: end, stdout } = await on(['import', 'status', '1', '--wait'])
  assert.equal(end, 0)
  assert.match(stdout, /^Rows +150: 150 ok, 0 failed, 0 skipped$/m)
  assert.match((await on(['doctor'])).stdout, /150 images: nothing is wrong/)
  await second.stop()
})
