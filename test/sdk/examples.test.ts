import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { madePicture, openTestServer } from '../harness.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/first-search.mjs', import.meta.url))

test('the first example adds pictures, and finds the one that it searches with', async (t) => {
  const server = await openTestServer()
  t.after(() => server.cleanUp())
  await server.services.instances.create('my-shop', 'product')
  const folder = await mkdtemp(join(tmpdir(), 'sightline-test-'))
  for (const [i, name] of ['shoe.png', 'bag.png', 'photo.png'].entries())
    await writeFile(join(folder, name), await madePicture(name === 'photo.png' ? 1 : i))
  const env = {
    PATH: process.env.PATH,
    SIGHTLINE_ENDPOINT: server.endpoint,
    SIGHTLINE_ACCESS_KEY_ID: server.firstKey!.accessKeyId,
    SIGHTLINE_ACCESS_KEY_SECRET: server.firstKey!.accessKeySecret,
  }
  const run = promisify(execFile)
  const args = [EXAMPLE, 'my-shop', 'shoe.png', 'bag.png', '--', 'photo.png']
  const { stdout } = await run(process.execPath, args, { cwd: folder, env })
  assert.match(stdout, /added bag\.png: category \d+, subject \d+,\d+,\d+,\d+/)
  assert.match(stdout, /0 +│ '1\.000' +│ 'bag' +│ 'bag\.png'/)
  await assert.rejects(run(process.execPath, [EXAMPLE], { env }), /usage: node first-search\.mjs/)
})
