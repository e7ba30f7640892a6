import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ClientKey, signAcs3 } from '../../src/http/rpc/acs3.ts'
import { openTestServer, type TestServer } from '../harness.ts'
import { type OssServer, startOssServer } from '../peers/oss-server.ts'

const KEY = { accessKeyId: 'LTAIfirst', accessKeySecret: 'the-secret-of-the-first-key' }
const OTHER_KEY = { accessKeyId: 'LTAIsecond', accessKeySecret: 'the-secret-of-the-second-key' }

let server: TestServer
let store: OssServer
let key: ClientKey

before(async () => {
  server = await openTestServer()
  key = server.firstKey!
  store = await startOssServer('my-photos')
  store.objects.set('a.txt', Buffer.from('a'))
})
after(async () => {
  await server.cleanUp()
  await store.stop()
})

interface Answer {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  readonly json: any
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const url = `/v1${path}`
  const text = body && JSON.stringify(body)
  const unsigned = { host: new URL(server.endpoint).host, ...(text && { 'content-type': 'application/json' }) }
  const headers = signAcs3({ method, url, headers: unsigned, ...(text && { body: Buffer.from(text) }) }, key)
  const response = await fetch(server.endpoint + url, { method, headers, ...(text && { body: text }) })
  const answer = await response.text()
  return { status: response.status, text: answer, json: JSON.parse(answer) }
}

test('what is wrong with a new bucket is said of the field, and of the kind that it is', async () => {
  const cases: readonly (readonly [body: object, code: string, message: RegExp])[] = [
    [{ name: 'photos' }, 'ParameterMissing', /folder/],
    [{ name: 'photos', driver: 'ftp', options: {} }, 'ParameterInvalid', /driver to be one of file, s3, oss, http/],
    [{ name: 'photos', driver: 's3', options: {}, credentials: KEY }, 'ParameterMissing', /options\.bucket/],
    [{ name: 'photos', driver: 's3', options: { bucket: 'x', isCname: true } }, 'ParameterInvalid', /options\.isCname/],
    [
      { name: 'photos', driver: 's3', options: { bucket: 'x', auth: 'oidc' } },
      'ParameterInvalid',
      /options\.auth.*anon/,
    ],
    [{ name: 'photos', driver: 'oss', options: { bucket: 'x' } }, 'ParameterMissing', /options\.region/],
    [{ name: 'photos', driver: 'http', options: { url: 'ftp://example.com/' } }, 'ParameterInvalid', /url.*http:/],
    [{ name: 'photos', driver: 'http', options: { url: 'https://a.example/?t=1' } }, 'ParameterInvalid', /query/],
    [{ name: 'photos', driver: 'http', options: { url: 'https://a:b@a.example/' } }, 'ParameterInvalid', /password/],
    [{ name: 'photos', driver: 'http', options: { url: 'https://a/' }, credentials: KEY }, 'ParameterInvalid', /cred/],
    [
      { name: 'photos', driver: 'oss', options: { bucket: 'photos', region: 'cn-hangzhou' } },
      'BucketCredentialsMissing',
      /oss/,
    ],
  ]
  for (const [body, code, message] of cases) {
    const { json } = await call('POST', '/buckets', body)
    assert.equal(json.error?.code, code, JSON.stringify(body))
    assert.match(json.error.message, message)
  }
})

test('an access key signs, is replaced, and its secret is never shown nor kept readable', async () => {
  store.keys.set(KEY.accessKeyId, { secret: KEY.accessKeySecret })
  const options = { bucket: store.bucket, region: store.region, endpoint: store.endpoint }
  const made = await call('POST', '/buckets', { name: 'photos', driver: 'oss', options, credentials: KEY })
  assert.equal(made.status, 201)
  assert.deepEqual(made.json.options, options)
  assert.equal(made.json.accessKeyId, KEY.accessKeyId)
  assert.equal((await call('POST', '/buckets/photos/test')).json.ok, true)

  store.keys.clear()
  store.keys.set(OTHER_KEY.accessKeyId, { secret: OTHER_KEY.accessKeySecret })
  const refused = await call('POST', '/buckets/photos/test')
  assert.equal(refused.json.ok, false)
  assert.match(refused.json.steps.at(-1).detail, /InvalidAccessKeyId/)

  const replaced = await call('PUT', '/buckets/photos/credentials', OTHER_KEY)
  assert.equal(replaced.json.accessKeyId, OTHER_KEY.accessKeyId)
  assert.equal((await call('POST', '/buckets/photos/test')).json.ok, true)
  const list = await call('GET', '/buckets')
  assert.equal(list.json.buckets.find(({ name }: { name: string }) => name === 'photos').accessKeyId, 'LTAIsecond')

  const none = await call('PUT', '/buckets/nothing/credentials', OTHER_KEY)
  assert.equal(none.json.error.code, 'BucketNotFound')
  const shown = [made, refused, replaced, list].map(({ text }) => text).join('')
  const stored = await Promise.all(
    ['sightline.db', 'sightline.db-wal'].map((file) => readFile(join(server.dataDir, file), 'latin1').catch(() => '')),
  )
  for (const secret of [KEY.accessKeySecret, OTHER_KEY.accessKeySecret]) {
    assert.equal((shown + stored.join('')).includes(secret), false)
  }
})
