import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { bucketContract, collect } from '../../test/contracts/buckets.ts'
import { startWebServer, type WebServer } from '../../test/peers/web-server.ts'
import { createAddressGuard } from '../ops/address-guard.ts'
import { openHttp } from './http.ts'
import type { Bucket, GetOptions } from './port.ts'
import { testBucket } from './test-bucket.ts'

const HAS_LISTINGS = false

async function fixture() {
  const web = await startWebServer()
  return {
    bucket: await openHttp('pictures', { url: web.url, allowPrivate: true }),
    put: async (key: string, content: Uint8Array | string) => void web.files.set(key, Buffer.from(content)),
    remove: async (key: string) => void web.files.delete(key),
    close: () => web.stop(),
  }
}

bucketContract('http', fixture, HAS_LISTINGS)

describe('a bucket of URLs', () => {
  let web: WebServer
  let bucket: Bucket
  before(async () => {
    web = await startWebServer()
    web.files.set('a.txt', Buffer.from('0123456789'))
    web.files.set('empty.txt', Buffer.alloc(0))
    bucket = await openHttp('pictures', { url: web.url, allowPrivate: true })
  })
  after(() => web.stop())
  beforeEach(() => {
    web.habits = {}
  })

  async function read(key: string, options?: GetOptions): Promise<string> {
    return Buffer.concat(await collect((await bucket.get(key, options)).stream)).toString()
  }

  test('parts are cut out of the whole where the server gives no parts', async () => {
    web.habits = { hasNoRanges: true }
    assert.equal(await read('a.txt', { range: { start: 3, end: 6 } }), '345')
    assert.equal(await read('a.txt', { range: { start: 8, end: 99 } }), '89')
    assert.equal(await read('a.txt', { range: { start: 20, end: 30 } }), '')
  })

  test('sizes are found by reading one byte where the server does no HEAD', async () => {
    web.habits = { hasNoHead: true }
    assert.equal((await bucket.head('a.txt')).sizeBytes, 10)
    assert.equal((await bucket.head('empty.txt')).sizeBytes, 0)
    await assert.rejects(bucket.head('missing.txt'), { code: 'ObjectNotFound' })
  })

  test('a change is seen by date and size where there are no etags', async () => {
    web.habits = { hasNoEtags: true }
    const { etag } = await bucket.head('a.txt')
    assert.equal((await read('a.txt', { ifMatch: etag })).length, 10)
    web.files.set('a.txt', Buffer.from('012345678901'))
    await assert.rejects(read('a.txt', { ifMatch: etag }), { code: 'ObjectChanged' })
    web.files.set('a.txt', Buffer.from('0123456789'))
  })

  test('a body that ends early is an error that may pass, never a short object', async () => {
    web.habits = { breaksAfterBytes: 4 }
    await assert.rejects(read('a.txt'), { code: 'BucketUnreachable', retryable: true })
  })

  test('connections are used again, also after errors and redirects', async () => {
    web.habits = { redirects: { 'old.txt': '/a.txt' } }
    const before = web.connections
    for (const key of ['a.txt', 'old.txt', 'empty.txt', 'a.txt']) {
      await bucket.head(key)
      await read(key)
      await assert.rejects(read('missing.txt'), { code: 'ObjectNotFound' })
    }
    // 17 requests; the next one may begin before the rest of an answer has been read.
    assert.ok(web.connections - before <= 3, `${web.connections - before}`)
  })

  test('redirects are followed a few times', async () => {
    web.habits = { redirects: { 'old.txt': '/a.txt', 'round.txt': '/round.txt', 'ftp.txt': 'ftp://example.com/' } }
    assert.equal(await read('old.txt'), '0123456789')
    await assert.rejects(read('round.txt'), { code: 'ObjectNotReadable' })
    await assert.rejects(read('ftp.txt'), { code: 'ObjectNotReadable' })
  })

  test('statuses say whose fault it is', async () => {
    web.habits = { statuses: { 'gone.txt': 410, 'private.txt': 403, 'busy.txt': 503, 'often.txt': 429 } }
    await assert.rejects(read('gone.txt'), { code: 'ObjectNotFound' })
    await assert.rejects(read('private.txt'), { code: 'ObjectNotReadable' })
    await assert.rejects(read('busy.txt'), { code: 'BucketUnreachable' })
    await assert.rejects(read('often.txt'), { code: 'BucketUnreachable' })
  })

  test('private addresses are refused unless allowed, however they are written', async () => {
    const { port } = new URL(web.url)
    const asked = web.requests.length
    for (const url of [web.url, `http://localhost:${port}/`, `http://[::1]:${port}/`, `http://0x7f000001:${port}/`]) {
      const guarded = await openHttp('pictures', { url })
      await assert.rejects(guarded.head('a.txt'), { code: 'BucketAddressPrivate' }, url)
      await assert.rejects(guarded.get('a.txt'), { code: 'BucketAddressPrivate' }, url)
    }
    assert.equal(web.requests.length, asked)
  })

  test('a redirect leads to no address that may not be asked', async () => {
    const { port } = new URL(web.url)
    const guard = createAddressGuard({ isAllowed: (address) => address === '127.0.0.1' })
    const guarded = await openHttp('pictures', { url: web.url }, guard)
    assert.equal((await guarded.head('a.txt')).sizeBytes, 10)
    web.habits = { redirects: { 'inside.txt': `http://127.0.0.2:${port}/a.txt` } }
    await assert.rejects(guarded.get('inside.txt'), { code: 'BucketAddressPrivate', message: /127\.0\.0\.2/ })
  })

  test('a host that is away or unknown may come back', async () => {
    const away = await openHttp('pictures', { url: 'http://127.0.0.1:1/', allowPrivate: true })
    await assert.rejects(away.head('a.txt'), { code: 'BucketUnreachable' })
    const unknown = await openHttp('pictures', { url: 'http://nowhere.invalid/' })
    await assert.rejects(unknown.head('a.txt'), { code: 'BucketUnreachable', message: /host is unknown|EAI_AGAIN/ })
  })

  test('a test of the bucket says that it cannot be listed, and what it read instead', async () => {
    const empty = await testBucket(async () => bucket)
    assert.equal(empty.ok, true)
    assert.match(empty.steps[1]?.detail ?? '', /no listings; the server answers, and has no increment.meta/)
    web.files.set('increment.meta', Buffer.from('{}'))
    const full = await testBucket(async () => bucket)
    assert.deepEqual(
      full.steps.map(({ name, ok }) => [name, ok]),
      [
        ['open', true],
        ['list', true],
        ['read', true],
        ['read a range', true],
      ],
    )
  })
})
