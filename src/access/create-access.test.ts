import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { openStore } from '../store/index.ts'
import { createAccess, readCredentials, setEndpoint } from './index.ts'

const log = pino({ level: 'silent' })

async function dataFolder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sightline-access-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  return dir
}

async function start(t: TestContext, dataDir: string, settings: { secretKey?: string; accountId?: string } = {}) {
  const store = await openStore(join(dataDir, 'store.db'))
  t.after(() => store.close())
  return { store, ...(await createAccess({ store, dataDir, log, ...settings })) }
}

test('the first start makes an account, an administrator and a key that only the owner of the folder can read', async (t) => {
  const dataDir = await dataFolder(t)
  const { access, firstKey } = await start(t, dataDir)

  assert.match(access.accountId, /^[1-9]\d{15}$/)
  const found = await access.findKey(firstKey?.accessKeyId ?? '')
  assert.equal(found.secret, firstKey?.accessKeySecret)
  assert.equal(found.principal.isAdmin, true)
  assert.equal(found.principal.arn, `acs:ram::${access.accountId}:user/admin`)
  const credentials = await readCredentials(dataDir)
  assert.deepEqual(credentials, { endpoint: '', accountId: access.accountId, ...firstKey })
  assert.equal((await stat(join(dataDir, 'credentials.json'))).mode & 0o777, 0o600)
  assert.equal((await stat(join(dataDir, 'secret.key'))).mode & 0o777, 0o600)
})

test('a later start keeps account and key, and the file learns the address', async (t) => {
  const dataDir = await dataFolder(t)
  const first = await start(t, dataDir)
  await first.store.close()
  const second = await start(t, dataDir)

  assert.equal(second.access.accountId, first.access.accountId)
  assert.equal(second.firstKey, undefined)
  await setEndpoint(dataDir, 'http://127.0.0.1:8750')
  const credentials = await readCredentials(dataDir)
  assert.equal(credentials?.endpoint, 'http://127.0.0.1:8750')
  const found = await second.access.findKey(credentials?.accessKeyId ?? '')
  assert.equal(found.secret, credentials?.accessKeySecret)
  assert.equal((await stat(join(dataDir, 'credentials.json'))).mode & 0o777, 0o600)
})

test('secrets are not in the database as they are', async (t) => {
  const dataDir = await dataFolder(t)
  const { store, firstKey } = await start(t, dataDir)
  await store.close()
  for (const file of ['store.db', 'store.db-wal']) {
    const bytes = await readFile(join(dataDir, file)).catch(() => Buffer.alloc(0))
    assert.equal(bytes.includes(firstKey?.accessKeySecret ?? 'none'), false)
  }
})

test('without its key the data is refused with what to do', async (t) => {
  const dataDir = await dataFolder(t)
  const { store } = await start(t, dataDir)
  await store.close()

  const keyFile = join(dataDir, 'secret.key')
  await writeFile(keyFile, `${Buffer.alloc(32).toString('base64')}\n`)
  await assert.rejects(start(t, dataDir), { code: 'SecretKeyMismatch', message: /secret\.key is not the one/ })
  await writeFile(keyFile, 'short')
  await assert.rejects(start(t, dataDir), { code: 'SecretKeyInvalid' })
  await rm(keyFile)
  await assert.rejects(start(t, dataDir), { code: 'SecretKeyMissing' })
  await assert.rejects(start(t, dataDir, { secretKey: 'a guess' }), { code: 'SecretKeyMismatch' })
})

test('a passphrase and a key of 32 bytes in a setting both replace the file', async (t) => {
  for (const secretKey of ['correct horse battery staple', Buffer.alloc(32, 7).toString('base64'), 'ab'.repeat(32)]) {
    const dataDir = await dataFolder(t)
    const { store, access, firstKey } = await start(t, dataDir, { secretKey, accountId: '1234567890123456' })
    assert.equal(access.accountId, '1234567890123456')
    await store.close()
    await assert.rejects(stat(join(dataDir, 'secret.key')), { code: 'ENOENT' })
    const second = await start(t, dataDir, { secretKey })
    assert.equal((await second.access.findKey(firstKey?.accessKeyId ?? '')).secret, firstKey?.accessKeySecret)
  }
})

test('an unknown key is not found', async (t) => {
  const { access } = await start(t, await dataFolder(t))
  await assert.rejects(access.findKey('nobody'), { code: 'AccessKeyNotFound', official: 'InvalidAccessKeyId.NotFound' })
  await assert.rejects(access.findBearer('sl_nothing'), { code: 'BearerKeyInvalid', status: 401 })
})
