import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Ended, type Served, serve, sightline } from '../cli/sightline.ts'
import { madePicture } from '../harness.ts'
import { type OssServer, startOssServer } from '../peers/oss-server.ts'
import { type Radosgw, radosgwMissing, startRadosgw } from '../peers/radosgw.ts'
import { storeWriter } from '../peers/store-peer.ts'
import { startWebServer, type WebServer } from '../peers/web-server.ts'

let root: string
let data: string
let server: Served
/** Two products, one picture missing. */
let catalogue: ReadonlyMap<string, Buffer>

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-cli-buckets-'))
  data = join(root, 'data')
  server = await serve(data)
  await run(['instance', 'create', 'shop', '--type', 'generic'])
  const rows = ['a.png', 'b c+ü.png', 'missing.png'].map((name, i) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: `p${i}`, PicName: name }),
  )
  catalogue = new Map([
    ['june/increment.meta', Buffer.from(rows.join('\n'))],
    ['june/a.png', Buffer.from(await madePicture(1))],
    ['june/b c+ü.png', Buffer.from(await madePicture(2))],
  ])
})
after(async () => {
  await server.stop()
  await rm(root, { recursive: true })
})

/** A command with the data folder's credentials; fails the test when it does not end as expected. */
async function run(args: readonly string[], code = 0, env: Record<string, string> = {}): Promise<Ended> {
  const end = await sightline([...args, '--data', data], { cwd: root, env })
  assert.equal(end.code, code, `${args.join(' ')}\n${end.stdout}${end.stderr}`)
  return end
}

/** Imports the catalogue from a bucket: two rows come in, one has no picture. */
async function importsFrom(bucket: string): Promise<void> {
  const checked = await run(
    ['import', 'start', 'shop', '--bucket', bucket, '--path', '/june', '--dry-run', '--wait', '--json'],
    3,
  )
  assert.match(checked.stdout, /RowObjectMissing/)
  const started = await run(['import', 'start', 'shop', '--bucket', bucket, '--path', '/june', '--wait', '--json'], 3)
  const { id } = JSON.parse(started.stdout)
  const status = JSON.parse((await run(['import', 'status', String(id), '--json'])).stdout)
  assert.deepEqual([status.ok, status.failed], [2, 1])
}

test('one place is named, and what does not belong to it is refused', async () => {
  assert.match((await run(['bucket', 'add', 'photos'], 1)).stderr, /one of --folder, --s3, --oss, --http, got none/)
  const two = await run(['bucket', 'add', 'photos', '--s3', 'a', '--oss', 'b'], 1)
  assert.match(two.stderr, /--s3 and --oss/)
  const wrong = await run(['bucket', 'add', 'photos', '--http', 'https://images.example.com/', '--cname'], 1)
  assert.match(wrong.stderr, /options\.isCname/)
  const keyless = await run(['bucket', 'add', 'photos', '--s3', 'photos'], 1)
  assert.match(keyless.stderr, /SIGHTLINE_BUCKET_KEY_ID/)
})

describe('with a web server', () => {
  let web: WebServer
  before(async () => {
    web = await startWebServer()
    for (const [key, content] of catalogue) web.files.set(`shop/${key}`, content)
  })
  after(() => web.stop())

  test('its pictures are imported where private addresses are allowed', async () => {
    await run(['bucket', 'add', 'refused', '--http', `${web.url}shop/`])
    const refused = await run(['bucket', 'test', 'refused'], 1)
    assert.match(refused.stdout, /✗ list +The bucket "refused" leads to "127\.0\.0\.1"[\s\S]*--allow-private/)

    const added = await run(['bucket', 'add', 'web', '--http', `${web.url}shop`, '--allow-private'])
    assert.match(added.stdout, /Bucket web is http:/)
    const tested = await run(['bucket', 'test', 'web'])
    assert.match(tested.stdout, /✓ list +HTTP has no listings/)
    await importsFrom('web')
  })
})

describe('with OSS', () => {
  let store: OssServer
  const secret = 'the-secret-of-a-store'
  before(async () => {
    store = await startOssServer('my-photos')
    store.keys.set('LTAIkey', { secret })
    for (const [key, content] of catalogue) store.objects.set(key, content)
  })
  after(() => store.stop())

  test('its pictures are imported with a key of the environment, and with another one of a file', async () => {
    const place = ['--oss', store.bucket, '--region', store.region, '--endpoint-url', store.endpoint]
    const env = { SIGHTLINE_BUCKET_KEY_ID: 'LTAIkey', SIGHTLINE_BUCKET_KEY_SECRET: secret }
    await run(['bucket', 'add', 'oss', ...place], 0, env)
    await importsFrom('oss')

    store.keys.clear()
    store.keys.set('LTAInext', { secret: 'next-secret' })
    assert.match((await run(['bucket', 'test', 'oss'], 1)).stdout, /✗ list +.*does not accept its credentials/)
    const file = join(root, 'key.json')
    await writeFile(file, JSON.stringify({ accessKeyId: 'LTAInext', accessKeySecret: 'next-secret' }))
    const changed = await run(['bucket', 'credentials', 'oss', '--credentials', file])
    assert.match(changed.stdout, /signs with the key LTAInext now/)
    await run(['bucket', 'test', 'oss'])
    const { stdout } = await run(['bucket', 'list'])
    assert.match(stdout, /oss +my-photos at http.* LTAInext/)
  })
})

describe('with Ceph', { skip: radosgwMissing() }, () => {
  let ceph: Radosgw
  before(async () => {
    ceph = await startRadosgw()
    const writer = storeWriter(ceph)
    await writer.makeBucket('my-photos')
    for (const [key, content] of catalogue) await writer.put('my-photos', key, content)
    writer.client.destroy()
  })
  after(() => ceph.stop())

  test('its pictures are imported', async () => {
    const env = {
      SIGHTLINE_BUCKET_KEY_ID: ceph.accessKeyId,
      SIGHTLINE_BUCKET_KEY_SECRET: ceph.accessKeySecret,
    }
    await run(['bucket', 'add', 'ceph', '--s3', 'my-photos', '--endpoint-url', ceph.endpoint], 0, env)
    assert.match((await run(['bucket', 'test', 'ceph'])).stdout, /✓ list/)
    await importsFrom('ceph')
    await run(['bucket', 'add', 'none', '--s3', 'no-photos', '--endpoint-url', ceph.endpoint], 0, env)
    assert.match((await run(['bucket', 'test', 'none'], 1)).stdout, /no-photos/)
  })
})
