import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-config-'))
after(() => rmSync(folder, { recursive: true }))

test('without flags, environment and file every setting has its default and says so', () => {
  const { config, sources } = loadConfig({ env: {} })
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8750)
  assert.equal(config.dataDir, resolve('sightline-data'))
  assert.deepEqual(new Set(Object.values(sources)), new Set(['default']))
})

test('a flag wins over the environment, the environment over the file in the data folder', () => {
  writeFileSync(join(folder, 'sightline.json'), JSON.stringify({ port: 1, workers: 3, logLevel: 'warn' }))
  const { config, sources } = loadConfig({
    flags: { dataDir: folder, port: '3' },
    env: { SIGHTLINE_PORT: '2', SIGHTLINE_WORKERS: '2' },
  })
  assert.deepEqual([config.port, config.workers, config.logLevel], [3, 2, 'warn'])
  assert.equal(sources.port, 'flag --port')
  assert.equal(sources.workers, 'environment SIGHTLINE_WORKERS')
  assert.equal(sources.logLevel, `file ${join(folder, 'sightline.json')}`)
})

test('a relative path in a config file counts from the folder of that file', () => {
  const file = join(folder, 'other.json')
  writeFileSync(file, JSON.stringify({ dataDir: 'data', modelFolder: '../model' }))
  const { config } = loadConfig({ file, env: {} })
  assert.equal(config.dataDir, join(folder, 'data'))
  assert.equal(config.modelFolder, resolve(folder, '../model'))
})

test('a value that cannot be used is refused with its name, source and what is expected', () => {
  for (const [name, value] of [
    ['port', '70000'],
    ['port', '1e3'],
    ['workers', '0'],
    ['logLevel', 'loud'],
    ['allowPrivateAddresses', 'maybe'],
    ['host', 7],
  ] as const) {
    assert.throws(
      () => loadConfig({ env: {}, flags: { [name]: value } }),
      (error: Error & { code: string }) =>
        error.code === 'SettingInvalid' && error.message.includes(name) && error.message.includes('flag --'),
    )
  }
})

test('an unknown setting in the file, a broken file and a missing named file are refused', () => {
  const file = join(folder, 'bad.json')
  writeFileSync(file, '{"prot": 1}')
  assert.throws(() => loadConfig({ file, env: {} }), { code: 'SettingUnknown' })
  writeFileSync(file, '{"port": ')
  assert.throws(() => loadConfig({ file, env: {} }), { code: 'ConfigFileUnreadable' })
  writeFileSync(file, '[]')
  assert.throws(() => loadConfig({ file, env: {} }), { code: 'ConfigFileUnreadable' })
  assert.throws(() => loadConfig({ file: join(folder, 'none.json'), env: {} }), { code: 'ConfigFileUnreadable' })
})

test('a secret is taken from the environment and never from a flag', () => {
  const { config } = loadConfig({
    env: { SIGHTLINE_SECRET_KEY: 'from the environment' },
    flags: { secretKey: 'seen by all' },
  })
  assert.equal(config.secretKey, 'from the environment')
})

test('folders for buckets are a list, and must be absolute', () => {
  const dataDir = '/nowhere'
  const roots = (env: object) => loadConfig({ env: { SIGHTLINE_DATA: dataDir, ...env } }).config.bucketRoots
  assert.deepEqual(roots({}), [])
  assert.deepEqual(roots({ SIGHTLINE_BUCKET_ROOTS: '/srv/a, /srv/b' }), ['/srv/a', '/srv/b'])
  assert.throws(() => roots({ SIGHTLINE_BUCKET_ROOTS: 'srv' }), { code: 'SettingInvalid' })
})
