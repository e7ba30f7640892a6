import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { secretBox } from '../../src/access/secret-box.ts'
import { type BucketSource, type Buckets, createBuckets } from '../../src/buckets/index.ts'
import { bucketRows } from '../../src/store/buckets.ts'
import { openStore, type Store } from '../../src/store/index.ts'

const SOURCE: BucketSource = { driver: 's3', options: { bucket: 'at-store', endpoint: 'http://127.0.0.1:1' } }
const KEY = { accessKeyId: 'AKID', accessKeySecret: 'very-secret' }

let folder: string
let store: Store
let buckets: Buckets
let logged = ''
const log = pino(
  new Writable({
    write(chunk, _, done) {
      logged += String(chunk)
      done()
    },
  }),
)

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-registry-'))
  store = await openStore(join(folder, 'store.db'))
  buckets = createBuckets({ rows: bucketRows(store), secrets: secretBox(randomBytes(32)), log })
})
after(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('a secret is neither in an answer, nor in the log, nor readable in the store', async () => {
  const info = await buckets.add('pictures', SOURCE, KEY)
  assert.equal(info.accessKeyId, 'AKID')
  await buckets.setCredentials('pictures', { ...KEY, accessKeySecret: 'very-secret-2' })
  const rows = await bucketRows(store).list()
  const kept = Buffer.concat(rows.map((row) => Buffer.from(row.credentials))).toString('latin1')
  for (const text of [JSON.stringify(await buckets.list()), logged, kept, JSON.stringify(rows)]) {
    assert.ok(!text.includes('very-secret'))
  }
})

test('under another secret key a bucket is listed, but not opened, until it gets its credentials again', async () => {
  const other = createBuckets({ rows: bucketRows(store), secrets: secretBox(randomBytes(32)), log })
  const [info] = await other.list()
  assert.equal(info?.name, 'pictures')
  assert.equal(info?.accessKeyId, undefined)
  await assert.rejects(other.open('pictures'), { code: 'BucketCredentialsUnreadable' })
  assert.equal((await other.test('pictures')).ok, false)
  await other.setCredentials('pictures', KEY)
  assert.equal((await other.open('pictures')).name, 'pictures')
})

test('what cannot work is refused when it is added', async () => {
  const options = SOURCE.options as { bucket: string; endpoint: string }
  const refused: [string, string, BucketSource, typeof KEY | undefined][] = [
    ['BucketCredentialsMissing', 'no-key', SOURCE, undefined],
    ['ParameterInvalid', 'key-for-nobody', { driver: 's3', options: { ...options, auth: 'anonymous' } }, KEY],
    ['ParameterInvalid', 'bad-endpoint', { driver: 's3', options: { ...options, endpoint: 'ftp://x' } }, KEY],
    ['ParameterInvalid', 'endpoint-path', { driver: 's3', options: { ...options, endpoint: 'http://x/y' } }, KEY],
    ['ParameterInvalid', 'endpoint-user', { driver: 's3', options: { ...options, endpoint: 'http://a:b@x' } }, KEY],
    ['ParameterInvalid', 'bad-limit', { driver: 's3', options: { ...options, maxRequests: 0 } }, KEY],
    ['ParameterInvalid', 'bad-name', { driver: 's3', options: { ...options, bucket: 'a/b' } }, KEY],
    ['ParameterInvalid', 'bad-secret', SOURCE, { ...KEY, accessKeySecret: 'with space' }],
  ]
  for (const [code, name, source, key] of refused) await assert.rejects(buckets.add(name, source, key), { code }, name)
  assert.deepEqual(
    (await buckets.list()).map(({ name }) => name),
    ['pictures'],
  )
})
