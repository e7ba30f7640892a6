import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { bucketContract, collect } from '../../test/contracts/buckets.ts'
import { problem } from '../errors.ts'
import { openFolder } from './file.ts'
import { createLimits } from './limits.ts'
import type { Bucket, GetOptions, ObjectBody } from './port.ts'
import { reliable } from './reliable.ts'
import type { Timing } from './tries.ts'

const NAME = 'pictures'
const KEY = 'a.jpg'
const FAST: Partial<Timing> = { pauseMs: 1 }
const CONTENT = Buffer.from('0123456789')

bucketContract('file, made reliable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-reliable-'))
  const folderBucket = await openFolder(NAME, folder)
  return {
    bucket: around(folderBucket),
    async put(key, content) {
      await mkdir(dirname(join(folder, key)), { recursive: true })
      await writeFile(join(folder, key), content)
    },
    remove: (key) => rm(join(folder, key)),
    close: () => rm(folder, { recursive: true }),
  }
})

describe('a bucket made reliable', () => {
  test('a body that breaks goes on where it broke, with the same etag', async () => {
    const asked: GetOptions[] = []
    const bucket = around(
      store(async function* (options) {
        asked.push(options)
        const start = options.range?.start ?? 0
        yield CONTENT.subarray(start, start + 3)
        if (start + 3 < CONTENT.length) throw problem('BucketUnreachable', { name: NAME, reason: 'reset' })
      }),
    )
    assert.equal((await read(bucket)).toString(), '0123456789')
    assert.deepEqual(
      asked.slice(1).map(({ range, ifMatch }) => ({ range, ifMatch })),
      [3, 6, 9].map((start) => ({ range: { start, end: 10 }, ifMatch: 'one' })),
    )
  })

  test('an answer that ends early goes on, too', async () => {
    const bucket = around(
      store(async function* ({ range }) {
        const start = range?.start ?? 0
        yield CONTENT.subarray(start, start + 4)
      }),
    )
    assert.equal((await read(bucket, { range: { start: 1, end: 9 } })).toString(), '12345678')
  })

  test('it gives up after a number of attempts without progress', async () => {
    let asked = 0
    const bucket = around(
      store(() => {
        asked++
        throw problem('BucketUnreachable', { name: NAME, reason: 'reset' })
      }),
      { attempts: 3 },
    )
    await assert.rejects(read(bucket), { code: 'BucketUnreachable' })
    assert.equal(asked, 3)
    await assert.rejects(bucket.head(KEY), { code: 'BucketUnreachable' })
  })

  test('what cannot pass is not asked again', async () => {
    let asked = 0
    const bucket = around(
      store(() => {
        asked++
        throw problem('ObjectNotReadable', { key: KEY, reason: 'AccessDenied' })
      }),
    )
    await assert.rejects(read(bucket), { code: 'ObjectNotReadable' })
    assert.equal(asked, 1)
  })

  test('a store that never answers, and a driver that hears no signal, are left', async () => {
    const bucket = around(
      { ...store(() => never()), head: () => never(), get: () => never() },
      { answerMs: 20, attempts: 2 },
    )
    await assert.rejects(bucket.head(KEY), { code: 'BucketUnreachable', message: /no answer within 0.02 seconds/ })
    await assert.rejects(bucket.get(KEY), { code: 'BucketUnreachable' })
    const controller = new AbortController()
    const waiting = around({ ...store(() => never()), head: () => never() }).head(KEY, controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
  })

  test('an object that drips is given up at its deadline, however steady it drips', async () => {
    const bucket = around(
      store(async function* ({ range }) {
        for (let i = range?.start ?? 0; i < 10; i++) {
          await delay(30)
          yield CONTENT.subarray(i, i + 1)
        }
      }),
      { objectMs: 100, idleMs: 1000 },
    )
    await assert.rejects(read(bucket), { code: 'BucketUnreachable', message: /time for the object was over/ })
  })

  test('a slow reader is not the fault of the store', async () => {
    const bucket = around(
      store(async function* () {
        for (const byte of CONTENT) yield Uint8Array.of(byte)
      }),
      { objectMs: 60, idleMs: 60 },
    )
    const { stream } = await bucket.get(KEY)
    let bytes = 0
    for await (const part of stream) {
      await delay(15)
      bytes += part.length
    }
    assert.equal(bytes, 10)
  })

  test('damaged bytes never come to their end', async () => {
    const right = { algorithm: 'md5', value: '781e5e245d69b566979b86e28d23f2c7' } as const
    let content = CONTENT
    const bucket = around(
      store(async function* () {
        yield content.subarray(0, 5)
        yield content.subarray(5)
      }, right),
    )
    assert.equal((await read(bucket)).toString(), '0123456789')
    content = Buffer.from('012345678X')
    for (let i = 0; i < 3; i++) await assert.rejects(read(bucket), { code: 'ObjectDamaged' })
    const crc = { algorithm: 'crc64', value: '1' } as const
    await assert.rejects(
      read(
        around(
          store(async function* () {
            yield CONTENT
          }, crc),
        ),
      ),
      { code: 'ObjectDamaged' },
    )
  })

  test('etags that only look like checksums are found out by reading twice', async () => {
    const wrong = { algorithm: 'md5', value: '00000000000000000000000000000000' } as const
    const bucket = around(
      store(async function* () {
        yield CONTENT
      }, wrong),
    )
    await assert.rejects(read(bucket), { code: 'ObjectDamaged' })
    assert.equal((await read(bucket)).toString(), '0123456789')
    assert.equal((await read(bucket)).toString(), '0123456789')
  })

  test('a listing goes on behind the last name where the store has an order, and fails where it has none', async () => {
    async function* names(after: string) {
      for (const key of ['a', 'b', 'c', 'd'].filter((name) => name > after)) {
        yield { key, sizeBytes: 1, etag: 'one', modifiedMs: 0 }
        if (key === 'b') throw problem('BucketUnreachable', { name: NAME, reason: 'reset' })
      }
    }
    const unordered = { ...store(() => never()), list: () => names('') }
    const ordered = { ...unordered, listAfter: (_: string, after: string) => names(after) }
    assert.deepEqual(
      (await collect(around(ordered).list(''))).map(({ key }) => key),
      ['a', 'b', 'c', 'd'],
    )
    await assert.rejects(collect(around(unordered).list('')), { code: 'BucketUnreachable' })
  })

  test('no more requests are at work than allowed, and one that is aborted leaves the queue', async () => {
    let atWork = 0
    let most = 0
    const limits = createLimits({ maxRequests: 2 })
    const work = async () => {
      most = Math.max(most, ++atWork)
      await delay(5)
      atWork--
    }
    const controller = new AbortController()
    const all = Array.from({ length: 8 }, () => limits.inTurn(work))
    const aborted = limits.inTurn(() => assert.fail('it was aborted'), controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(aborted, /enough/)
    await Promise.all(all)
    assert.equal(most, 2)
  })

  test('bytes come no faster than the bandwidth', async () => {
    const limits = createLimits({ maxBytesPerSecond: 10_000 })
    const start = performance.now()
    await Promise.all(Array.from({ length: 5 }, () => limits.pace(1000)))
    const tookMs = performance.now() - start
    // 5,000 bytes are worth 500 ms, of which 250 may be had at once.
    assert.ok(tookMs > 200 && tookMs < 450, `${tookMs} ms`)
  })
})

function around(driver: Bucket, timing: Partial<Timing> = {}): Bucket {
  return reliable({ name: NAME, driver: async () => driver, limits: createLimits({}), timing: { ...FAST, ...timing } })
}

/** A store with one object. */
function store(
  stream: (options: GetOptions) => AsyncIterable<Uint8Array>,
  checksum?: NonNullable<ObjectBody['checksum']>,
): Bucket {
  const info = { key: KEY, sizeBytes: CONTENT.length, etag: 'one', modifiedMs: 0 }
  return {
    name: NAME,
    list: () => never(),
    children: () => never(),
    head: async () => {
      for await (const _ of stream({})) break
      return info
    },
    get: async (_, options = {}) => ({ info, stream: stream(options), ...(checksum && { checksum }) }),
  }
}

async function read(bucket: Bucket, options?: GetOptions): Promise<Buffer> {
  const { stream } = await bucket.get(KEY, options)
  return Buffer.concat(await collect(stream))
}

function never(): never {
  return new Promise(() => undefined) as never
}
