import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ClientKey, signAcs3 } from '../../src/http/rpc/acs3.ts'
import type { ImportStatus, RowOutcome } from '../../src/imports/index.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'

let server: TestServer
let key: ClientKey
let folder: string

before(async () => {
  server = await openTestServer()
  key = server.firstKey!
  folder = await mkdtemp(join(tmpdir(), 'sightline-bucket-'))
  await mkdir(join(folder, 'june'))
  for (const seed of [1, 2]) await writeFile(join(folder, 'june', `${seed}.png`), await madePicture(seed, 100))
})
after(async () => {
  await server.cleanUp()
  await rm(folder, { recursive: true })
})

function request(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
  const url = `/v1${path}`
  const { host } = new URL(server.endpoint)
  const text = body && JSON.stringify(body)
  const unsigned = { host, ...(text && { 'content-type': 'application/json' }) }
  const headers = signAcs3({ method, url, headers: unsigned, ...(text && { body: Buffer.from(text) }) }, key)
  return fetch(server.endpoint + url, { method, headers, ...(text && { body: text }), ...(signal && { signal }) })
}

async function call<T>(method: string, path: string, body?: object): Promise<{ status: number; json: T }> {
  const response = await request(method, path, body)
  return { status: response.status, json: (await response.json()) as T }
}

function add(productId: string, picName: string): string {
  return JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: picName })
}

async function writeManifest(lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'june', 'increment.meta'), lines.join('\n'))
}

/** Events of a stream until it ends. */
async function events(path: string): Promise<{ id: string; event: string; data: ImportStatus }[]> {
  const response = await request('GET', path)
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('id:'))
  return blocks.map((block) => {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    return { id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data ?? '') }
  })
}

interface Failure {
  error: { code: string; hint: string }
}

test('a bucket is added, listed, tested, browsed and removed', async () => {
  const made = await call<{ name: string }>('POST', '/buckets', { name: 'pictures', folder })
  assert.equal(made.status, 201)
  assert.equal((await call<Failure>('POST', '/buckets', { name: 'pictures', folder })).json.error.code, 'BucketExists')
  assert.equal((await call<Failure>('POST', '/buckets', { name: 'P', folder })).json.error.code, 'BucketNameInvalid')
  const missing = { name: 'other', folder: join(folder, 'none') }
  assert.equal((await call<Failure>('POST', '/buckets', missing)).json.error.code, 'BucketFolderMissing')
  const relative = { name: 'other', folder: 'pictures' }
  assert.equal((await call<Failure>('POST', '/buckets', relative)).json.error.code, 'ParameterInvalid')

  const { buckets } = (await call<{ buckets: { name: string }[] }>('GET', '/buckets')).json
  assert.deepEqual(
    buckets.map(({ name }) => name),
    ['pictures'],
  )
  const tested = await call<{ ok: boolean; steps: unknown[] }>('POST', '/buckets/pictures/test')
  assert.equal(tested.json.ok, true)
  assert.ok(tested.json.steps.length > 2)
  const root = await call<{ folders: string[]; objects: { key: string }[] }>('GET', '/buckets/pictures/browse')
  assert.deepEqual(root.json.folders, ['june/'])
  const june = await call<typeof root.json>('GET', '/buckets/pictures/browse?prefix=june%2F')
  assert.deepEqual(
    june.json.objects.map((object) => object.key),
    ['june/1.png', 'june/2.png'],
  )
  const outside = await call<Failure>('GET', '/buckets/pictures/browse?prefix=..%2F')
  assert.equal(outside.json.error.code, 'ObjectOutsideBucket')
  await call('POST', '/buckets', { name: 'gone', folder })
  assert.equal((await call('DELETE', '/buckets/gone')).status, 200)
  assert.equal((await call('DELETE', '/buckets/gone')).status, 404)
})

test('an import is started, followed to its end, and its failed rows are listed and downloaded', async () => {
  await call('POST', '/instances', { name: 'shop', serviceType: 'generic' })
  const start = { bucket: 'pictures', path: '/june' }
  const none = await call<Failure>('POST', '/instances/shop/imports', start)
  assert.deepEqual([none.status, none.json.error.code], [400, 'ManifestMissing'])

  await writeManifest([add('1', '1.png'), add('2', '3.png'), 'oops', add('2', '2.png')])
  const started = await call<ImportStatus>('POST', '/instances/shop/imports', start)
  assert.equal(started.status, 201)
  const { id } = started.json
  const seen = await events(`/imports/${id}/events`)
  assert.deepEqual(
    seen.map((event) => [event.id, event.event]),
    seen.map((_, i) => [String(i + 1), 'status']),
  )
  const last = seen.at(-1)?.data
  assert.deepEqual([last?.state, last?.ok, last?.failed, last?.lines], ['done', 2, 2, 4])
  assert.deepEqual((await call('GET', `/imports/${id}`)).json, last)

  const { rows } = (await call<{ rows: RowOutcome[] }>('GET', `/imports/${id}/rows`)).json
  assert.deepEqual(
    rows.map(({ line, code }) => [line, code]),
    [
      [2, 'RowObjectMissing'],
      [3, 'RowNotJson'],
    ],
  )
  const more = await call<{ rows: RowOutcome[] }>('GET', `/imports/${id}/rows?afterLine=2&limit=5&code=RowNotJson`)
  assert.equal(more.json.rows.length, 1)
  const download = await request('GET', `/imports/${id}/failed.meta`)
  assert.match(download.headers.get('content-disposition') ?? '', /filename="increment.meta"/)
  assert.equal(await download.text(), `${add('2', '3.png')}\noops\n`)

  await writeFile(join(folder, 'june', '3.png'), await madePicture(3, 100))
  assert.equal((await call<ImportStatus>('POST', `/imports/${id}/retry`)).json.attempt, 2)
  const retried = (await events(`/imports/${id}/events`)).at(-1)?.data
  assert.deepEqual([retried?.state, retried?.ok, retried?.causes], ['done', 3, { RowNotJson: 1 }])

  const listed = await call<{ total: number; imports: ImportStatus[] }>(
    'GET',
    '/instances/shop/imports?bucket=pictures',
  )
  assert.deepEqual([listed.json.total, listed.json.imports[0]?.id], [1, id])
  assert.equal((await call<Failure>('POST', `/imports/${id}/pause`)).json.error.code, 'ImportStateInvalid')
  assert.equal((await call('GET', '/imports/99')).status, 404)
  assert.equal((await call('GET', '/imports/99/events')).status, 404)
})

test('a running import is paused, resumed and cancelled, and a second one is refused', async () => {
  await writeManifest(Array.from({ length: 400 }, (_, i) => add(`many-${i}`, '1.png')))
  const start = { bucket: 'pictures', path: '/june' }
  const { id } = (await call<ImportStatus>('POST', '/instances/shop/imports', start)).json
  const second = await call<Failure>('POST', '/instances/shop/imports', start)
  assert.deepEqual([second.status, second.json.error.code], [409, 'ImportRunning'])
  const following = new AbortController()
  const response = await request('GET', `/imports/${id}/events`, undefined, following.signal)
  assert.equal((await call<ImportStatus>('POST', `/imports/${id}/pause`)).json.state, 'paused')
  assert.equal((await call<ImportStatus>('POST', `/imports/${id}/resume`)).json.state, 'running')
  const cancelled = (await call<ImportStatus>('POST', `/imports/${id}/cancel`)).json
  assert.equal(cancelled.state, 'cancelled')
  assert.match(await response.text(), /"state":"cancelled"/)
  following.abort()
})

test('folders outside of the setting bucketRoots cannot become buckets', async () => {
  const strict = await openTestServer({ bucketRoots: [join(folder, 'june')] })
  try {
    const { buckets } = strict.services
    await assert.rejects(buckets.add('outside', { driver: 'file', options: { folder } }), {
      code: 'BucketFolderNotAllowed',
    })
    assert.equal(
      (await buckets.add('inside', { driver: 'file', options: { folder: join(folder, 'june') } })).name,
      'inside',
    )
  } finally {
    await strict.cleanUp()
  }
})
