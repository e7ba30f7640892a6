import assert from 'node:assert/strict'
import dns from 'node:dns'
import { after, before, describe, test } from 'node:test'
import { bucketContract, collect } from '../../test/contracts/buckets.ts'
import { type Radosgw, radosgwMissing, startRadosgw } from '../../test/peers/radosgw.ts'
import { type StorePeer, storeWriter } from '../../test/peers/store-peer.ts'
import { startSwift, swiftMissing } from '../../test/peers/swift.ts'
import type { S3Options } from './options.ts'
import { openS3 } from './s3.ts'

/** The contract over a new bucket of a store. */
function contractAt(title: string, peer: () => StorePeer, bucket: string, options: () => Partial<S3Options>): void {
  bucketContract(title, async () => {
    const writer = storeWriter(peer())
    await writer.makeBucket(bucket)
    const { endpoint, accessKeyId, accessKeySecret } = peer()
    return {
      bucket: await openS3('pictures', { bucket, endpoint, ...options() }, { accessKeyId, accessKeySecret }),
      put: (key, content) => writer.put(bucket, key, content),
      remove: (key) => writer.remove(bucket, key),
      close: async () => writer.client.destroy(),
    }
  })
}

describe('S3 of Ceph', { skip: radosgwMissing() }, () => {
  let radosgw: Radosgw
  const { lookup } = dns

  before(async () => {
    radosgw = await startRadosgw()
    // Every resolver should know that *.localhost is this machine (RFC 6761); the C library's does not.
    const patched = (host: string, ...rest: unknown[]) =>
      (lookup as (...all: unknown[]) => void)(host.endsWith('.localhost') ? 'localhost' : host, ...rest)
    dns.lookup = patched as typeof lookup
  })
  after(async () => {
    dns.lookup = lookup
    await radosgw.stop()
  })

  contractAt(
    's3, path style',
    () => radosgw,
    'by-path',
    () => ({}),
  )
  contractAt(
    's3, name in the host',
    () => radosgw,
    'by-host',
    () => ({
      endpoint: `http://${radosgw.domain}:${radosgw.port}`,
      addressing: 'host',
    }),
  )
  contractAt(
    's3, a domain of its own',
    () => radosgw,
    'by-domain',
    () => ({
      endpoint: `http://by-domain.${radosgw.domain}:${radosgw.port}`,
      addressing: 'domain',
    }),
  )

  test('without a key an open bucket is read, and a closed one is not', async () => {
    const writer = storeWriter(radosgw)
    for (const bucket of ['open-pictures', 'closed-pictures']) {
      await writer.makeBucket(bucket)
      await writer.put(bucket, 'a.jpg', 'a')
    }
    await writer.allow('open-pictures', '*', ['*'])
    const anonymous = { endpoint: radosgw.endpoint, auth: 'anonymous' } as const
    const open = await openS3('pictures', { bucket: 'open-pictures', ...anonymous }, undefined)
    assert.equal((await open.head('a.jpg')).sizeBytes, 1)
    assert.equal((await collect(open.list(''))).length, 1)
    const closed = await openS3('pictures', { bucket: 'closed-pictures', ...anonymous }, undefined)
    await assert.rejects(closed.head('a.jpg'), { code: 'ObjectNotReadable' })
    await assert.rejects(collect(closed.list('')), { code: 'BucketNotPermitted' })
  })

  test('keys of the environment are taken when that was chosen, and only then', async () => {
    const { endpoint, accessKeyId, accessKeySecret } = radosgw
    await storeWriter(radosgw).makeBucket('by-environment')
    const options = { bucket: 'by-environment', endpoint }
    process.env.AWS_ACCESS_KEY_ID = accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = accessKeySecret
    try {
      const chosen = await openS3('pictures', { ...options, auth: 'environment' }, undefined)
      assert.deepEqual(await collect(chosen.list('')), [])
      const other = await openS3('pictures', options, { accessKeyId: 'OTHER', accessKeySecret: 'OTHER' })
      await assert.rejects(collect(other.list('')), { code: 'BucketCredentialsRefused' })
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID
      delete process.env.AWS_SECRET_ACCESS_KEY
    }
  })
})

describe('S3 of Swift', { skip: swiftMissing() }, () => {
  let swift: StorePeer
  before(async () => {
    swift = await startSwift()
  })
  after(() => swift.stop())

  contractAt(
    's3',
    () => swift,
    'by-path',
    () => ({}),
  )
})
