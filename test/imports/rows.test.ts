/**
 * Rows that were not imported, as people look at them: their pictures, and all of them with their reasons.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { type ClientKey, signAcs3 } from '../../src/http/rpc/acs3.ts'
import type { RowOutcome } from '../../src/imports/index.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'

let server: TestServer
let key: ClientKey
let folder: string
let id: number

before(async () => {
  server = await openTestServer()
  key = server.firstKey as ClientKey
  folder = await mkdtemp(join(tmpdir(), 'sightline-rows-'))
  // The rules of the instance refuse it; it can be looked at all the same.
  await writeFile(join(folder, 'narrow.png'), await madePicture(1, 80))
  await writeFile(join(folder, 'text.jpg'), 'no picture')
  const lines = ['narrow.png', 'text.jpg', 'gone.jpg'].map((picName) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: 'p', PicName: picName }),
  )
  await writeFile(join(folder, 'increment.meta'), [...lines, '{"OperationType"'].join('\n'))
  const { buckets, imports, instances } = server.services
  await buckets.add('pictures', { driver: 'file', options: { folder } })
  const shop = await instances.create('shop', 'generic', { pictureRules: 'cloud' })
  id = (await imports.start(shop, { bucket: 'pictures', path: '/' })).id
  for await (const { state } of imports.watch(id, AbortSignal.timeout(30_000))) if (state !== 'running') break
})
after(async () => {
  await server.cleanUp()
  await rm(folder, { recursive: true })
})

function get(path: string): Promise<Response> {
  const url = `/v1/imports/${id}${path}`
  const headers = signAcs3({ method: 'GET', url, headers: { host: new URL(server.endpoint).host } }, key)
  return fetch(server.endpoint + url, { headers })
}

const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code

test('the picture of a failed row is shown small where it can be decoded, and otherwise why not', async () => {
  const shown = await get('/rows/1/picture')
  assert.equal(shown.headers.get('content-type'), 'image/jpeg')
  assert.equal((await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).format, 'jpeg')
  assert.equal(await codeOf(await get('/rows/2/picture')), 'PictureFormatUnsupported')
  assert.equal(await codeOf(await get('/rows/3/picture')), 'RowObjectMissing')
  assert.equal(await codeOf(await get('/rows/4/picture')), 'RowPictureMissing')
  assert.equal(await codeOf(await get('/rows/5/picture')), 'RowPictureMissing')
})

test('all rows come with their reasons, or those of one code', async () => {
  const rows = async (query = '') =>
    (await (await get(`/rows.ndjson${query}`)).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RowOutcome)
  assert.deepEqual(
    (await rows()).map(({ line, code }) => [line, code]),
    [
      [1, 'PictureTooSmall'],
      [2, 'PictureFormatUnsupported'],
      [3, 'RowObjectMissing'],
      [4, 'RowNotJson'],
    ],
  )
  assert.deepEqual(
    (await rows('?code=RowObjectMissing')).map(({ picName, hint }) => [picName, hint !== '']),
    [['gone.jpg', true]],
  )
})
