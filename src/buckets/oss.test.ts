import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { bucketContract, collect } from '../../test/contracts/buckets.ts'
import { type IdentityServer, startIdentityServer } from '../../test/peers/identity-server.ts'
import { type OssServer, startOssServer } from '../../test/peers/oss-server.ts'
import type { OssOptions } from './options.ts'
import { openOss } from './oss.ts'

const KEY = { accessKeyId: 'LTAIkey', accessKeySecret: 'secret' }
const ROLE_ARN = 'acs:ram::1234567890123456:role/reader'
const OIDC_TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJl'
const HOUR_MS = 3_600_000

function optionsFor({ bucket, endpoint, region }: OssServer, given: Partial<OssOptions> = {}): OssOptions {
  return { bucket, endpoint, region, ...given }
}

bucketContract('oss', async () => {
  const store = await startOssServer('pictures-at-oss')
  store.keys.set(KEY.accessKeyId, { secret: KEY.accessKeySecret })
  return {
    bucket: await openOss('pictures', optionsFor(store), KEY),
    put: async (key, content) => void store.objects.set(key, Buffer.from(content)),
    remove: async (key) => void store.objects.delete(key),
    close: () => store.stop(),
  }
})

describe('a bucket of OSS', () => {
  let store: OssServer
  before(async () => {
    store = await startOssServer('pictures-at-oss')
    for (const key of ['a.txt', "it's (a) test+name!*.txt", 'folder/', 'folder/ä.txt', 'z.txt']) {
      store.objects.set(key, Buffer.from(key))
    }
  })
  after(() => store.stop())
  beforeEach(() => {
    store.isPublic = false
    store.keys.clear()
    store.keys.set(KEY.accessKeyId, { secret: KEY.accessKeySecret })
  })

  const keysOf = async (objects: AsyncIterable<{ key: string }>) => (await collect(objects)).map(({ key }) => key)

  test('its listing goes on behind short pages, and begins behind any key', async () => {
    const bucket = await openOss('pictures', optionsFor(store), KEY)
    assert.deepEqual(await keysOf(bucket.list('')), ['a.txt', 'folder/ä.txt', "it's (a) test+name!*.txt", 'z.txt'])
    assert.deepEqual(await keysOf(bucket.listAfter?.('', 'folder/ä.txt') ?? assert.fail()), [
      "it's (a) test+name!*.txt",
      'z.txt',
    ])
  })

  test('names with signs are signed as the store expects, and every object comes with its checksum', async () => {
    const bucket = await openOss('pictures', optionsFor(store), KEY)
    for (const key of ["it's (a) test+name!*.txt", 'folder/ä.txt']) {
      const { stream, checksum } = await bucket.get(key, { range: { start: 0, end: 4 } })
      assert.equal((await collect(stream)).length, 1)
      assert.equal(checksum?.algorithm, 'crc64')
    }
  })

  test('errors say what is wrong: the keys, the bucket, a right, the archive', async () => {
    const opened = (given: Partial<OssOptions>, key = KEY) => openOss('pictures', optionsFor(store, given), key)
    const list = async (given: Partial<OssOptions>, key = KEY) => collect((await opened(given, key)).list(''))
    const wrong = { code: 'BucketCredentialsRefused' }
    await assert.rejects(list({}, { ...KEY, accessKeySecret: 'other' }), wrong)
    await assert.rejects(list({}, { ...KEY, accessKeyId: 'LTAIother' }), wrong)
    await assert.rejects(list({ region: 'cn-beijing' }), wrong)
    await assert.rejects((await opened({}, { ...KEY, accessKeySecret: 'other' })).head('a.txt'), wrong)
    await assert.rejects(list({ bucket: 'other' }), { code: 'BucketNotAtStore' })
    await assert.rejects((await opened({ bucket: 'other' })).head('a.txt'), { code: 'BucketNotAtStore' })
    await assert.rejects(list({ endpoint: 'http://127.0.0.1:1' }), { code: 'BucketUnreachable', message: /REFUSED/ })

    store.keys.set(KEY.accessKeyId, { secret: KEY.accessKeySecret, rights: ['get'] })
    await assert.rejects(list({}), { code: 'BucketNotPermitted' })
    store.keys.set(KEY.accessKeyId, { secret: KEY.accessKeySecret, rights: ['list'] })
    await assert.rejects((await opened({})).head('a.txt'), { code: 'ObjectNotReadable', hint: /oss:GetObject/ })
    store.keys.set(KEY.accessKeyId, { secret: KEY.accessKeySecret })
    store.archived.add('z.txt')
    await assert.rejects((await opened({})).get('z.txt'), { code: 'ObjectNotReadable', hint: /archive/ })
    store.archived.clear()
  })

  test('a public bucket is read without a signature', async () => {
    const bucket = await openOss('pictures', optionsFor(store, { auth: 'anonymous' }))
    await assert.rejects(bucket.head('a.txt'), { code: 'ObjectNotReadable' })
    store.isPublic = true
    assert.equal((await bucket.head('a.txt')).sizeBytes, 5)
    assert.equal((await keysOf(bucket.list(''))).length, 4)
  })

  test('temporary keys send their token along, and nothing is written to the console', async (t) => {
    const warn = t.mock.method(console, 'warn')
    store.keys.set('STS.a', { secret: 'temporary', token: 'token-a' })
    const temporary = { accessKeyId: 'STS.a', accessKeySecret: 'temporary' }
    const bucket = await openOss('pictures', optionsFor(store), { ...temporary, securityToken: 'token-a' })
    assert.equal((await bucket.head('a.txt')).sizeBytes, 5)
    const other = await openOss('pictures', optionsFor(store), { ...temporary, securityToken: 'token-b' })
    await assert.rejects(other.head('a.txt'), { code: 'BucketCredentialsRefused' })
    assert.equal(warn.mock.callCount(), 0)
  })

  describe('with the keys of a role', () => {
    let identity: IdentityServer
    let folder: string
    let nowMs: number
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sightline-oidc-'))
      await writeFile(join(folder, 'token'), `${OIDC_TOKEN}\n`)
      await writeFile(join(folder, 'secret.key'), 'not a token')
      identity = await startIdentityServer({ role: 'reader', roleArn: ROLE_ARN, oidcToken: OIDC_TOKEN, ...KEY })
    })
    after(async () => {
      await identity.stop()
      await rm(folder, { recursive: true })
    })
    beforeEach(() => {
      nowMs = Date.now()
      identity.given = 0
      identity.isDown = false
      handOut('a')
    })

    /** The identity server gives these keys next, and the store takes no others. */
    function handOut(letter: string): void {
      const key = { secret: `secret-${letter}`, token: `token-${letter}` }
      identity.next = { id: `STS.${letter}`, ...key, expiresMs: nowMs + HOUR_MS }
      store.keys.clear()
      store.keys.set(`STS.${letter}`, key)
    }

    function open(given: Partial<OssOptions>, credentials?: typeof KEY) {
      const options = optionsFor(store, { stsEndpoint: identity.url, ...given })
      return openOss('pictures', options, credentials, { metadataUrl: identity.url, now: () => nowMs })
    }

    test('of the machine: asked for once, and again before they expire', async () => {
      const bucket = await open({ auth: 'ram-role' })
      await Promise.all([bucket.head('a.txt'), bucket.head('a.txt'), bucket.head('z.txt')])
      assert.equal(identity.given, 1)
      nowMs += HOUR_MS - 4 * 60_000
      handOut('b')
      assert.equal((await bucket.head('a.txt')).sizeBytes, 5)
      assert.equal(identity.given, 2)
    })

    test('of the machine: the old ones serve on while there are no new ones, until they expire', async () => {
      const bucket = await open({ auth: 'ram-role', roleName: 'reader' })
      await bucket.head('a.txt')
      identity.isDown = true
      nowMs += HOUR_MS - 60_000
      await bucket.head('a.txt')
      nowMs += 120_000
      await assert.rejects(bucket.head('a.txt'), { code: 'BucketUnreachable', message: /503/ })
      identity.isDown = false
      handOut('b')
      await bucket.head('a.txt')
    })

    test('of the machine: a role that it does not have is refused', async () => {
      const bucket = await open({ auth: 'ram-role', roleName: 'writer' })
      await assert.rejects(bucket.head('a.txt'), { code: 'BucketCredentialsRefused' })
    })

    test('in exchange for an OIDC token; no other file is sent', async () => {
      const oidc = { auth: 'oidc', roleArn: ROLE_ARN, oidcProviderArn: 'acs:ram::1:oidc-provider/pods' } as const
      const bucket = await open({ ...oidc, oidcTokenFile: join(folder, 'token') })
      assert.equal((await bucket.head('a.txt')).sizeBytes, 5)
      for (const file of ['secret.key', 'missing']) {
        const wrong = await open({ ...oidc, oidcTokenFile: join(folder, file) })
        await assert.rejects(wrong.head('a.txt'), { code: 'BucketCredentialsRefused', message: /no OIDC token/ })
      }
      const other = await open({ ...oidc, roleArn: `${ROLE_ARN}2`, oidcTokenFile: join(folder, 'token') })
      await assert.rejects(other.head('a.txt'), { code: 'BucketCredentialsRefused', message: /NoPermission/ })
    })

    test('that an access key assumes', async () => {
      assert.equal((await (await open({ roleArn: ROLE_ARN }, KEY)).head('a.txt')).sizeBytes, 5)
      const wrong = await open({ roleArn: ROLE_ARN }, { ...KEY, accessKeySecret: 'other' })
      await assert.rejects(wrong.head('a.txt'), { code: 'BucketCredentialsRefused', message: /SignatureDoesNotMatch/ })
    })
  })
})
