import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createUploads } from './uploads.ts'

const bytes = Buffer.from('picture')

async function open() {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const folder = join(await mkdtemp(join(tmpdir(), 'sightline-test-')), 'uploads')
  const uploads = createUploads({ signingKey: randomBytes(32), folder, now: () => clock.now })
  const form = ({ encodedPolicy, signature, objectKey }: ReturnType<typeof uploads.grant>) => ({
    policy: encodedPolicy,
    signature,
    key: objectKey,
  })
  return { clock, folder, uploads, form }
}

test('an upload is read by its address, whatever the host, for ten minutes', async () => {
  const { clock, folder, uploads, form } = await open()
  const grant = uploads.grant()
  await uploads.store(form(grant), bytes)
  assert.deepEqual(await uploads.read(`http://127.0.0.1:443/${grant.objectKey}`), bytes)
  assert.equal(uploads.read('http://127.0.0.1:443/other.jpg'), undefined)

  clock.now += 10 * 60_000 + 1
  assert.throws(() => uploads.read(`http://a.example/${grant.objectKey}`), { code: 'UploadGone' })
  await uploads.close()
  assert.equal(existsSync(folder), false)
})

test('only what was granted can be uploaded, and only while the grant lasts', async () => {
  const { clock, uploads, form } = await open()
  const [mine, other] = [form(uploads.grant()), form(uploads.grant())]
  for (const forged of [
    { ...mine, key: other.key },
    { ...mine, policy: other.policy },
    { ...mine, signature: '' },
    { ...mine, key: '../escape' },
  ])
    await assert.rejects(uploads.store(forged, bytes), { code: 'UploadNotGranted' })
  clock.now += 10 * 60_000 + 1
  await assert.rejects(uploads.store(mine, bytes), { code: 'UploadGrantExpired' })
})
