import dns from 'node:dns'
import { after, before, describe } from 'node:test'
import { bucketContract } from '../../test/contracts/buckets.ts'
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
