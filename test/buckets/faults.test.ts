/** Everything that can happen between a store and us, and what comes of it. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { createLimits } from '../../src/buckets/limits.ts'
import type { Bucket, GetOptions } from '../../src/buckets/port.ts'
import { reliable } from '../../src/buckets/reliable.ts'
import { openS3 } from '../../src/buckets/s3.ts'
import type { Timing } from '../../src/buckets/tries.ts'
import { collect } from '../contracts/buckets.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../peers/fault-proxy.ts'
import { type Radosgw, radosgwMissing, startRadosgw } from '../peers/radosgw.ts'
import { storeWriter } from '../peers/store-peer.ts'

const BUCKET = 'faulty'
const KEY = 'picture.bin'
const CONTENT = randomBytes(3_000_000)
/** Like the real ones, but for a test's patience. */
const TIMING: Partial<Timing> = { answerMs: 1500, idleMs: 1000, pauseMs: 5, attempts: 4 }

describe('a store with faults in front of it', { skip: radosgwMissing() }, () => {
  let radosgw: Radosgw
  let proxy: FaultProxy
  let writer: ReturnType<typeof storeWriter>
  let bucket: Bucket

  before(async () => {
    radosgw = await startRadosgw()
    proxy = await startFaultProxy(radosgw.endpoint)
    writer = storeWriter(radosgw)
    await writer.makeBucket(BUCKET)
    await writer.put(BUCKET, KEY, CONTENT)
    bucket = await open(TIMING)
    // One object that fits its checksum: from then on the store's checksums are believed.
    assert.ok(CONTENT.equals(await read()))
  })
  beforeEach(() => proxy.reset())
  after(async () => {
    await proxy?.stop()
    await radosgw?.stop()
  })

  async function open(timing: Partial<Timing>): Promise<Bucket> {
    const { accessKeyId, accessKeySecret } = radosgw
    const driver = await openS3(
      'pictures',
      { bucket: BUCKET, endpoint: proxy.endpoint },
      { accessKeyId, accessKeySecret },
    )
    return reliable({ name: 'pictures', driver: async () => driver, limits: createLimits({}), timing })
  }

  async function read(options?: GetOptions, key = KEY): Promise<Buffer> {
    const { stream } = await bucket.get(key, options)
    return Buffer.concat(await collect(stream))
  }

  const passing: [string, Fault[]][] = [
    ['a connection that is reset', [{ kind: 'reset' }]],
    ['a store that never answers', [{ kind: 'silent' }]],
    [
      '503, twice',
      [
        { kind: 'status', status: 503 },
        { kind: 'status', status: 503 },
      ],
    ],
    ['429', [{ kind: 'status', status: 429 }]],
    ['500', [{ kind: 'status', status: 500 }]],
    ['a body that is cut', [{ kind: 'cut', afterBytes: 1_000_000 }]],
    ['a body that is cut before its first byte', [{ kind: 'cut', afterBytes: 0 }]],
    ['a body that stalls', [{ kind: 'stall', afterBytes: 2_000_000 }]],
    [
      'all of them after another',
      [
        { kind: 'stall', afterBytes: 100_000 },
        { kind: 'status', status: 503 },
        { kind: 'cut', afterBytes: 100_000 },
        { kind: 'reset' },
      ],
    ],
  ]
  for (const [title, faults] of passing) {
    test(`${title}: every byte is there`, async () => {
      proxy.next(...faults)
      assert.ok(CONTENT.equals(await read()))
    })
  }

  test('the rest is asked for with its range and the etag of the first answer', async () => {
    proxy.next({ kind: 'cut', afterBytes: 1_000_000 })
    await read({ range: { start: 500_000, end: 2_500_000 } })
    const [first, second] = proxy.seen()
    const { etag } = await bucket.head(KEY)
    assert.equal(first?.range, 'bytes=500000-2499999')
    assert.match(second?.range ?? '', /^bytes=\d{6,7}-2499999$/)
    assert.notEqual(second?.range, first?.range)
    assert.equal(second?.ifMatch, `"${etag}"`)
  })

  test('a store that is away stays unreachable after some attempts, and says why', async () => {
    proxy.next(...Array.from({ length: 4 }, (): Fault => ({ kind: 'status', status: 503 })))
    await assert.rejects(bucket.head(KEY), { code: 'BucketUnreachable' })
    assert.equal(proxy.seen().length, 4)
    const gone = await openS3('pictures', { bucket: BUCKET, endpoint: 'http://127.0.0.1:1' }, radosgw)
    await assert.rejects(gone.head(KEY), { code: 'BucketUnreachable', message: /ECONNREFUSED/ })
  })

  test('an object that is replaced between two ranges fails; bytes of two objects never mix', async () => {
    const key = 'replaced.bin'
    await writer.put(BUCKET, key, CONTENT)
    const other = randomBytes(CONTENT.length)
    proxy.next({ kind: 'cut', afterBytes: 1_000_000 }, { kind: 'after', work: () => writer.put(BUCKET, key, other) })
    await assert.rejects(read({}, key), { code: 'ObjectChanged' })
    proxy.next({ kind: 'cut', afterBytes: 1_000_000 }, { kind: 'after', work: () => writer.remove(BUCKET, key) })
    await assert.rejects(read({}, key), { code: 'ObjectNotFound' })
  })

  test('one wrong bit is noticed, and the next read is right', async () => {
    proxy.next({ kind: 'corrupt', atByte: 2_999_999 })
    await assert.rejects(read(), { code: 'ObjectDamaged' })
    assert.ok(CONTENT.equals(await read()))
  })

  test('a slow store is waited for, one that drips is not', async () => {
    const slow: Fault = { kind: 'slow', pieceBytes: 32 * 1024, pieceMs: 2 }
    proxy.next(slow)
    assert.ok(CONTENT.equals(await read()))
    const impatient = await open({ ...TIMING, objectMs: 300, slowestBytesPerSecond: 1e9 })
    proxy.next(...Array.from({ length: 20 }, (): Fault => ({ kind: 'slow', pieceBytes: 1, pieceMs: 20 })))
    const { stream } = await impatient.get(KEY)
    await assert.rejects(collect(stream), { code: 'BucketUnreachable', message: /time for the object was over/ })
  })

  test('reading stops at once when it is aborted, also while nothing comes', async () => {
    const signal = AbortSignal.timeout(50)
    proxy.next({ kind: 'stall', afterBytes: 10_000 })
    const start = performance.now()
    await assert.rejects(read({ signal }), /abort|timeout/i)
    assert.ok(performance.now() - start < 900)
  })

  test('a listing of several pages goes on after a fault, with every object once', async () => {
    const keys = Array.from({ length: 1100 }, (_, i) => `many/${String(i).padStart(4, '0')}.jpg`)
    for (let start = 0; start < keys.length; start += 50) {
      await Promise.all(keys.slice(start, start + 50).map((key) => writer.put(BUCKET, key, 'x')))
    }
    const listed: string[] = []
    for await (const { key } of bucket.list('many/')) {
      if (listed.push(key) === 1) proxy.next({ kind: 'status', status: 503 }, { kind: 'reset' })
    }
    assert.deepEqual(listed, keys)
    assert.equal((await bucket.children('', 10)).folders.join(), 'many/')
  })
})
