/**
 * What every driver of a bucket promises. A driver's test calls {@link bucketContract} with a way to make an empty
 * bucket and to put objects into it.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Bucket, GetOptions } from '../../src/buckets/index.ts'

export interface BucketFixture {
  readonly bucket: Bucket
  put(key: string, content: Uint8Array | string): Promise<void>
  remove(key: string): Promise<void>
  close(): Promise<void>
}

/** All items of an async iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** @param hasListings whether the protocol can list at all */
export function bucketContract(driver: string, make: () => Promise<BucketFixture>, hasListings = true): void {
  describe(`bucket driver ${driver}`, () => {
    let fixture: BucketFixture
    const content = Buffer.from('0123456789'.repeat(100_000))

    before(async () => {
      fixture = await make()
      await fixture.put('big.bin', content)
      await fixture.put('empty.bin', '')
      await fixture.put('shop/a.jpg', 'a')
      await fixture.put('shop/b.jpg', 'bb')
      await fixture.put('shop/deep/er/c d+é.jpg', 'ccc')
      await fixture.put('shopping.txt', 'list')
    })
    after(() => fixture.close())

    async function read(key: string, options?: GetOptions): Promise<Buffer> {
      const { stream } = await fixture.bucket.get(key, options)
      return Buffer.concat(await collect(stream))
    }

    async function keys(prefix: string): Promise<string[]> {
      return (await collect(fixture.bucket.list(prefix))).map((object) => object.key).sort()
    }

    test('an object is read whole', async () => {
      assert.ok(content.equals(await read('big.bin')))
      assert.equal((await read('shop/deep/er/c d+é.jpg')).toString(), 'ccc')
      assert.equal((await read('empty.bin')).length, 0)
    })

    test('a range is read from its first byte to before its end, cut at the end of the object', async () => {
      assert.equal((await read('big.bin', { range: { start: 5, end: 12 } })).toString(), '5678901')
      assert.ok(content.subarray(300_000).equals(await read('big.bin', { range: { start: 300_000, end: 2_000_000 } })))
    })

    test('the info of an answer describes the whole object', async () => {
      const head = await fixture.bucket.head('big.bin')
      const { info, stream } = await fixture.bucket.get('big.bin', { range: { start: 0, end: 3 } })
      assert.equal((await collect(stream)).length, 1)
      assert.deepEqual(info, head)
      assert.equal(head.sizeBytes, content.length)
      assert.equal(head.key, 'big.bin')
      assert.ok(Math.abs(head.modifiedMs - Date.now()) < 60_000)
    })

    test('reading may stop after any chunk', async () => {
      const { stream } = await fixture.bucket.get('big.bin')
      for await (const chunk of stream) {
        assert.ok(chunk.length > 0)
        break
      }
    })

    test('reading stops when the signal is aborted', async () => {
      const controller = new AbortController()
      await assert.rejects(async () => {
        const { stream } = await fixture.bucket.get('big.bin', { signal: controller.signal })
        for await (const _ of stream) controller.abort(new Error('enough'))
      }, /enough|abort/i)
    })

    test('a missing object, a folder and a key below an object are not found', async () => {
      for (const key of [
        'missing.jpg',
        'shop',
        'shop/',
        'shop/a.jpg/x.jpg',
        'shop//a.jpg',
        './shop/a.jpg',
        'shop/\ud800.jpg',
        '',
      ]) {
        await assert.rejects(fixture.bucket.head(key), { code: 'ObjectNotFound' }, key)
        await assert.rejects(fixture.bucket.get(key), { code: 'ObjectNotFound' }, key)
      }
    })

    test('keys that lead out of the bucket are refused', async () => {
      for (const key of ['../secret', 'shop/../../secret', '/etc/passwd', 'a/..', '..', 'a\0b']) {
        await assert.rejects(fixture.bucket.head(key), { code: 'ObjectOutsideBucket' }, key)
        await assert.rejects(fixture.bucket.get(key), { code: 'ObjectOutsideBucket' }, key)
      }
    })

    test('the etag changes with the content, and reading with the old one fails', async () => {
      await fixture.put('changing.txt', 'one')
      const { etag } = await fixture.bucket.head('changing.txt')
      assert.equal((await read('changing.txt', { ifMatch: etag })).toString(), 'one')
      await fixture.put('changing.txt', 'two')
      assert.notEqual((await fixture.bucket.head('changing.txt')).etag, etag)
      await assert.rejects(read('changing.txt', { ifMatch: etag }), { code: 'ObjectChanged' })
      await fixture.remove('changing.txt')
      await assert.rejects(read('changing.txt', { ifMatch: etag }), { code: 'ObjectNotFound' })
    })

    if (!hasListings) {
      test('where nothing can be listed, listings say so', async () => {
        await assert.rejects(keys(''), { code: 'BucketNotListable' })
        await assert.rejects(fixture.bucket.children('', 10), { code: 'BucketNotListable' })
      })
      return
    }

    test('a listing gives the objects whose key begins with the prefix, and no folders', async () => {
      assert.deepEqual(await keys('shop/'), ['shop/a.jpg', 'shop/b.jpg', 'shop/deep/er/c d+é.jpg'])
      assert.deepEqual(await keys('shop/d'), ['shop/deep/er/c d+é.jpg'])
      assert.deepEqual(await keys('shop'), ['shop/a.jpg', 'shop/b.jpg', 'shop/deep/er/c d+é.jpg', 'shopping.txt'])
      assert.deepEqual(await keys('nothing/'), [])
      assert.equal((await keys('')).length, 6)
    })

    test('a listing says of each object what head says', async () => {
      for await (const object of fixture.bucket.list('shop/')) {
        assert.deepEqual(object, await fixture.bucket.head(object.key))
      }
    })

    test('children are the folders and objects directly below, in order, up to a limit', async () => {
      const root = await fixture.bucket.children('', 100)
      assert.deepEqual(root.folders, ['shop/'])
      assert.deepEqual(
        root.objects.map((object) => object.key),
        ['big.bin', 'empty.bin', 'shopping.txt'],
      )
      assert.equal(root.isTruncated, false)
      assert.deepEqual((await fixture.bucket.children('shop/', 100)).folders, ['shop/deep/'])
      const two = await fixture.bucket.children('', 2)
      assert.equal(two.folders.length + two.objects.length, 2)
      assert.equal(two.isTruncated, true)
      assert.deepEqual((await fixture.bucket.children('nothing/', 5)).objects, [])
    })
  })
}
