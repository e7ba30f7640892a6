import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { signAcs3 } from '../../src/http/rpc/acs3.ts'
import type { ImportCallback, ImportStatus } from '../../src/imports/index.ts'
import { sightline } from '../cli/sightline.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'

let server: TestServer
let folder: string
let receiver: Server
let hook: string
let bodies: { data: { importId: number } }[]

before(async () => {
  bodies = []
  receiver = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    bodies.push(JSON.parse(text))
    response.writeHead(204).end()
  })
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  server = await openTestServer({ allowPrivateAddresses: true })
  folder = await mkdtemp(join(tmpdir(), 'sightline-bucket-'))
  for (const name of ['long', 'short']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'a.png'), await madePicture(1, 100))
  const row = (i: number) => JSON.stringify({ OperationType: 'ADD', ProductId: `p${i}`, PicName: 'a.png' })
  await writeFile(join(folder, 'long', 'increment.meta'), Array.from({ length: 500 }, (_, i) => row(i)).join('\n'))
  await writeFile(join(folder, 'short', 'increment.meta'), row(0))
  await call('POST', '/v1/instances', { name: 'shop', serviceType: 'generic' })
  await call('POST', '/v1/buckets', { name: 'pictures', folder })
})
after(async () => {
  await server.cleanUp()
  receiver.close().closeAllConnections()
  await rm(folder, { recursive: true })
})

/** A signed request: JSON to `/v1`, a form to the official API. */
async function call<T>(method: string, url: string, body?: object, action = ''): Promise<{ status: number; json: T }> {
  const text = body && (action ? String(new URLSearchParams(body as never)) : JSON.stringify(body))
  const type = action ? 'application/x-www-form-urlencoded' : 'application/json'
  const unsigned = {
    host: new URL(server.endpoint).host,
    ...(action && { 'x-acs-action': action, 'x-acs-version': '2020-12-14' }),
    ...(text && { 'content-type': type }),
  }
  const sent = { method, url, headers: unsigned, ...(text && { body: Buffer.from(text) }) }
  const headers = signAcs3(sent, server.firstKey!)
  const answer = await fetch(server.endpoint + url, { method, headers, ...(text && { body: text }) })
  return { status: answer.status, json: (await answer.json()) as T }
}

const official = <T>(action: string, form: object) => call<T>('POST', '/', { InstanceName: 'shop', ...form }, action)

test('REST and the official API refuse a second import with 409; REST queues it, and the official list shows it', async () => {
  const long = await call<ImportStatus>('POST', '/v1/instances/shop/imports', { bucket: 'pictures', path: '/long' })
  assert.equal(long.status, 201)
  const short = { bucket: 'pictures', path: '/short' }
  const refused = await call<{ code: string }>('POST', '/v1/instances/shop/imports', short)
  assert.equal(refused.status, 409, JSON.stringify(refused.json))
  const inCloud = await official<{ Code: string }>('IncreaseInstance', { BucketName: 'pictures', Path: '/short' })
  assert.deepEqual([inCloud.status, inCloud.json.Code], [409, 'Console.IncrementStatusError'])

  const queued = await call<ImportStatus>('POST', '/v1/instances/shop/imports', { ...short, queue: true })
  assert.deepEqual([queued.status, queued.json.state, queued.json.ahead], [201, 'queued', 1])
  const { json } = await official<{ Data: { Increments: { Instance: { Id: number; Status: string }[] } } }>(
    'IncreaseList',
    {},
  )
  const [first] = json.Data.Increments.Instance
  assert.deepEqual([first?.Id, first?.Status], [queued.json.id, 'PROCESSING'])
  await call('POST', `/v1/imports/${long.json.id}/cancel`)
  while ((await call<ImportStatus>('GET', `/v1/imports/${queued.json.id}`)).json.state !== 'done') await delay(20)
})

test('an official CallbackAddress is called, and REST and the command line show the delivery', async () => {
  const form = { BucketName: 'pictures', Path: '/short', CallbackAddress: hook }
  const started = await official<{ Data: { Id: string } }>('IncreaseInstance', form)
  const id = Number(started.json.Data.Id)
  const log = async () =>
    (await call<{ callbacks: ImportCallback[] }>('GET', `/v1/imports/${id}/callbacks`)).json.callbacks
  while ((await log())[0]?.state !== 'delivered') await delay(20)
  assert.deepEqual(
    bodies.map(({ data }) => data.importId),
    [id],
  )
  assert.equal((await call('POST', `/v1/imports/${id}/callbacks/redeliver`)).status, 200)
  while (bodies.length < 2) await delay(20)

  const env = { SIGHTLINE_DATA: server.dataDir }
  const shown = await sightline(['import', 'callbacks', String(id)], { env })
  assert.equal(shown.stdout.match(/delivered \(204\)/g)?.length, 2, shown.stdout + shown.stderr)
  const { json } = await call<{ secret: string }>('GET', '/v1/instances/shop/callback-secret')
  assert.equal((await sightline(['import', 'callback-secret', 'shop'], { env })).stdout, `${json.secret}\n`)
  assert.match(json.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
})

test('unchanged rows are skipped when REST or the command line ask for it', async () => {
  const again = await sightline(
    ['import', 'start', 'shop', '--bucket', 'pictures', '--path', '/short', '--skip-unchanged', '--wait'],
    { env: { SIGHTLINE_DATA: server.dataDir } },
  )
  assert.equal(again.code, 0, again.stderr)
  assert.match(again.stdout, /1 skipped/)
  assert.match(again.stdout, /- unchanged +1/)
})

test('superseded rows come as a manifest, too', async () => {
  const row = (content: string) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: 'x', PicName: 'a.png', CustomContent: content })
  const lines = Array.from({ length: 40 }, (_, i) => row(String(i)))
  await writeFile(join(folder, 'increment.meta'), lines.join('\n'))
  const { json } = await call<ImportStatus>('POST', '/v1/instances/shop/imports', { bucket: 'pictures', path: '/' })
  let status = json
  while (status.finishedMs === 0) status = (await call<ImportStatus>('GET', `/v1/imports/${json.id}`)).json
  const file = join(folder, 'skipped.meta')
  const env = { SIGHTLINE_DATA: server.dataDir }
  await sightline(['import', 'failed', String(json.id), '--manifest', file, '--skipped'], { env })
  const skipped = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
  assert.equal(skipped.length, status.skipped)
  assert.ok(skipped.every((line) => lines.includes(line)))
})
