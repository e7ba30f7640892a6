/** Imports from a real S3 store, and what goes wrong with rights and keys. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { BucketCredentials, S3Options } from '../../src/buckets/index.ts'
import { ended, type Setup, setUp } from '../imports/setup.ts'
import { type Fault, startFaultProxy } from '../peers/fault-proxy.ts'
import { type Radosgw, radosgwMissing, startRadosgw } from '../peers/radosgw.ts'
import { storeWriter } from '../peers/store-peer.ts'

const STORE_BUCKET = 'shop-pictures'
const READER: BucketCredentials = { accessKeyId: 'READERKEY', accessKeySecret: 'READERSECRET' }

describe('importing from an S3 store', { skip: radosgwMissing() }, () => {
  let radosgw: Radosgw
  let setup: Setup
  let put: (key: string, content: string) => Promise<void>

  before(async () => {
    radosgw = await startRadosgw()
    const writer = storeWriter(radosgw)
    put = (key, content) => writer.put(STORE_BUCKET, key, content)
    await writer.makeBucket(STORE_BUCKET)
    await createReader(READER)
    await writer.allow(STORE_BUCKET, 'reader', ['increment.meta', 'may/*'])
    setup = await setUp()
  })
  after(async () => {
    await setup?.close()
    await radosgw?.stop()
  })

  function createReader({ accessKeyId, accessKeySecret }: BucketCredentials): Promise<string> {
    return radosgw.admin(
      ...['user', 'create', '--uid=reader', '--display-name=reader', '--access-key', accessKeyId],
      ...['--secret-key', accessKeySecret],
    )
  }

  async function add(name: string, options: Partial<S3Options> = {}, credentials = READER): Promise<string> {
    const { endpoint } = radosgw
    await setup.buckets.add(
      name,
      { driver: 's3', options: { bucket: STORE_BUCKET, endpoint, ...options } },
      credentials,
    )
    return name
  }

  async function putManifest(...picNames: string[]): Promise<void> {
    const lines = picNames.map((PicName, i) => JSON.stringify({ OperationType: 'ADD', ProductId: `p${i}`, PicName }))
    await put('increment.meta', lines.join('\n'))
  }

  function start(bucket: string) {
    return setup.imports.start(setup.instance, { bucket, path: '/' })
  }

  test('every row has its outcome: read, missing, not permitted', async () => {
    for (const name of ['a.jpg', 'b.jpg']) await put(`may/${name}`, name)
    await put('not/c.jpg', 'c')
    await putManifest('may/a.jpg', 'may/b.jpg', 'not/c.jpg', 'may/missing.jpg')
    const bucket = await add('reader-pictures')
    const { id } = await start(bucket)
    const { ok, failed, causes } = await ended(setup.imports, id)
    assert.deepEqual(
      { ok, failed, causes },
      { ok: 2, failed: 2, causes: { ObjectNotReadable: 1, RowObjectMissing: 1 } },
    )
    const { steps } = await setup.buckets.test(bucket)
    assert.deepEqual(
      steps.map(({ name, ok }) => [name, ok]),
      [
        ['open', true],
        ['list', true],
        ['read', true],
        ['read a range', true],
      ],
    )
  })

  test('wrong keys, a missing bucket and a store that is away are told apart before anything starts', async () => {
    const cases: [string, Promise<string>][] = [
      ['BucketCredentialsRefused', add('wrong-secret', {}, { ...READER, accessKeySecret: 'other' })],
      ['BucketCredentialsRefused', add('wrong-key', {}, { ...READER, accessKeyId: 'OTHER' })],
      ['BucketNotAtStore', add('no-such-bucket', { bucket: 'not-there' })],
      ['BucketUnreachable', add('no-such-host', { endpoint: 'http://127.0.0.1:1' })],
    ]
    for (const [code, name] of cases) {
      await assert.rejects(start(await name), { code }, await name)
      const { ok, steps } = await setup.buckets.test(await name)
      assert.equal(ok, false)
      assert.notEqual(steps.at(-1)?.detail, '')
    }
  })

  test('an import through a bad network, and a store that is away for a while, ends as if nothing had been', async () => {
    const proxy = await startFaultProxy(radosgw.endpoint)
    try {
      await putManifest(...Array.from({ length: 60 }, () => 'may/a.jpg'))
      const bucket = await add('bad-network', { endpoint: proxy.endpoint })
      const { id } = await start(bucket)
      const away = Array.from({ length: 8 }, (): Fault => ({ kind: 'status', status: 503 }))
      const bad: Fault[] = [{ kind: 'reset' }, { kind: 'none' }, { kind: 'cut', afterBytes: 2 }, { kind: 'none' }]
      proxy.next(...away, ...Array.from({ length: 60 }, (_, i) => bad[i % bad.length] as Fault))
      const { ok, failed, lines } = await ended(setup.imports, id)
      assert.deepEqual({ ok, failed, lines }, { ok: 60, failed: 0, lines: 60 })
    } finally {
      await proxy.stop()
    }
  })

  test('what a bucket lacks in rights is found out step by step', async () => {
    const writer = storeWriter(radosgw)
    await writer.makeBucket('unlisted')
    await writer.put('unlisted', 'increment.meta', 'x')
    await writer.allow('unlisted', 'reader', ['increment.meta'], ['s3:GetObject'])
    const results = async (name: string) =>
      (await setup.buckets.test(name)).steps.map(({ name, ok }) => `${name}: ${ok ? 'yes' : 'no'}`).join(', ')
    const unlisted = await add('unlisted', { bucket: 'unlisted' })
    assert.equal(await results(unlisted), 'open: yes, list: no, find a manifest: yes, read: yes, read a range: yes')

    await writer.makeBucket('unread')
    await writer.put('unread', 'a.jpg', 'x')
    await writer.allow('unread', 'reader', [], ['s3:ListBucket'])
    assert.equal(await results(await add('unread', { bucket: 'unread' })), 'open: yes, list: yes, read: no')
  })

  test('an import whose key is revoked pauses without failing a row, and goes on with another key', async () => {
    await putManifest(...Array.from({ length: 20 }, () => 'may/a.jpg'))
    const bucket = await add('revoked-pictures')
    const { id } = await start(bucket)
    await setup.imports.pause(id)
    await radosgw.admin('key', 'rm', '--uid=reader', '--access-key', READER.accessKeyId, '--key-type=s3')
    await setup.imports.resume(id)
    const paused = await stateOf(id, 'paused')
    assert.deepEqual([paused.code, paused.failed], ['BucketCredentialsRefused', 0])

    const other = { accessKeyId: 'OTHERKEY', accessKeySecret: 'OTHERSECRET' }
    const keys = ['--access-key', other.accessKeyId, '--secret-key', other.accessKeySecret]
    await radosgw.admin('key', 'create', '--uid=reader', '--key-type=s3', ...keys)
    const info = await setup.buckets.setCredentials(bucket, other)
    assert.equal(info.accessKeyId, 'OTHERKEY')
    assert.ok(!JSON.stringify(info).includes('OTHERSECRET'))
    await setup.imports.resume(id)
    const { ok, failed } = await ended(setup.imports, id)
    assert.deepEqual({ ok, failed }, { ok: 20, failed: 0 })
  })

  async function stateOf(id: number, state: string) {
    for await (const status of setup.imports.watch(id, AbortSignal.timeout(30_000)))
      if (status.state === state) return status
    throw new Error(`import ${id} did not come to be ${state}`)
  }
})

describe('temporary keys of a role', { skip: radosgwMissing() }, () => {
  let radosgw: Radosgw
  let setup: Setup
  const role = 'arn:aws:iam:::role/importer'

  before(async () => {
    radosgw = await startRadosgw({ hasSts: true })
    const writer = storeWriter(radosgw)
    await writer.makeBucket(STORE_BUCKET)
    await writer.put(STORE_BUCKET, 'may/a.jpg', 'a')
    await writer.put(STORE_BUCKET, 'not/b.jpg', 'b')
    await makeRole()
    setup = await setUp()
  })
  after(async () => {
    await setup?.close()
    await radosgw?.stop()
  })

  /** May be taken by the user `test`; reads one folder of the bucket. */
  async function makeRole(): Promise<void> {
    const trust = statement({ Principal: { AWS: ['arn:aws:iam:::user/test'] }, Action: ['sts:AssumeRole'] })
    const rights = statement({
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::${STORE_BUCKET}`, `arn:aws:s3:::${STORE_BUCKET}/may/*`],
    })
    await radosgw.admin('caps', 'add', '--uid=test', '--caps', 'roles=*')
    await radosgw.admin('role', 'create', '--role-name=importer', '--path=/', `--assume-role-policy-doc=${trust}`)
    await radosgw.admin('role-policy', 'put', '--role-name=importer', '--policy-name=read', `--policy-doc=${rights}`)
  }

  function addWithRole(name: string, roleArn: string) {
    const { endpoint, accessKeyId, accessKeySecret } = radosgw
    const options = { bucket: STORE_BUCKET, endpoint, roleArn }
    return setup.buckets.add(name, { driver: 's3', options }, { accessKeyId, accessKeySecret })
  }

  test('the bucket reads what the role may, and no more than that', async () => {
    await addWithRole('by-role', role)
    const bucket = await setup.buckets.open('by-role')
    assert.equal((await bucket.head('may/a.jpg')).sizeBytes, 1)
    assert.deepEqual((await bucket.children('', 10)).folders, ['may/', 'not/'])
    await assert.rejects(bucket.head('not/b.jpg'), { code: 'ObjectNotReadable' })
  })

  test('a role that may not be taken is a matter of the credentials', async () => {
    await addWithRole('no-role', 'arn:aws:iam:::role/other')
    await assert.rejects((await setup.buckets.open('no-role')).head('may/a.jpg'), { code: 'BucketCredentialsRefused' })
  })
})

function statement(fields: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...fields }] })
}
