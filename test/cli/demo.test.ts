import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { sightline } from './sightline.ts'

test('the demo draws a shop, imports it, finds a product by a picture that was not imported, and draws the results', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'sightline-demo-test-'))
  t.after(() => rm(root, { recursive: true }))
  const folder = join(root, 'demo')
  const { code, stdout, stderr } = await sightline(['demo', '--exit', '--port', '0', '--data', folder], { cwd: root })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Imported 300 rows of increment\.meta \(0 failed, 0 skipped\)/m)
  const found = [...stdout.matchAll(/^ ?\d+ +(\d\.\d{3}) +(\S+)/gm)].map(([, score, product]) => ({ score, product }))
  assert.equal(found.length, 10)
  assert.deepEqual(
    found.slice(0, 3).map(({ product }) => product),
    Array(3).fill('crisps-paprika'),
  )
  assert.ok(Number(found[0]?.score) > 0.5)
  assert.match(stdout, /^address +http:\/\/127\.0\.0\.1:\d+$/m)
  const { width, height } = await sharp(join(root, 'sightline-demo.png')).metadata()
  assert.ok(width > 1000 && height > 500)

  const again = await sightline(['demo', '--exit', '--port', '0', '--data', folder], { cwd: root })
  assert.match(again.stderr, /^DemoFolderUsed: /)
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'shop'])
})
