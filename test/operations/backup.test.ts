import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { madePicture, openTestApp } from '../harness.ts'

const PICTURES = 6

test('a copy made while images are added has all that were acknowledged before, and can be served', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'sightline-backup-'))
  const app = await openTestApp()
  t.after(() => app.cleanUp())
  const { instances, images, backup } = app.services
  const shop = await instances.create('shop', 'generic')
  const put = async (i: number): Promise<void> => {
    const input = { productId: `p${i}`, picName: 'a.png', picture: await madePicture(i) }
    await images.put(shop.id, input, { priority: 'import' })
  }
  for (let i = 0; i < PICTURES; i++) await put(i)

  let isBusy = true
  const busy = (async () => {
    for (let i = PICTURES; isBusy; i++) await put(i)
  })()
  const made = await backup(join(root, 'copy'))
  isBusy = false
  await busy
  assert.equal(made.folder, join(root, 'copy'))
  assert.ok(made.files > PICTURES && made.bytes > 10_000)
  assert.equal((await stat(made.folder)).mode & 0o777, 0o700)

  const copy = await openTestApp({ dataDir: made.folder })
  t.after(async () => {
    await copy.close()
    await rm(root, { recursive: true })
  })
  const copied = await copy.services.instances.get('shop')
  for (let i = 0; i < PICTURES; i++) {
    const { results } = await copy.services.search.byPicture(copied, await madePicture(i), { num: 1 })
    assert.equal(results[0]?.image.productId, `p${i}`)
    assert.ok(await copy.services.images.thumbnail(copied.id, results[0].image.id))
  }
  const { findings } = await copy.services.doctor.examine({ repair: false })
  assert.deepEqual(
    findings.filter(({ kind }) => kind !== 'thumbnail-unused'),
    [],
  )
})

test('a folder with files in it is refused and left as it was', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'sightline-backup-'))
  t.after(() => rm(root, { recursive: true }))
  const app = await openTestApp()
  t.after(() => app.cleanUp())
  await writeFile(join(root, 'mine'), 'kept')
  await assert.rejects(app.services.backup(root), { code: 'BackupFolderUsed' })
  await assert.rejects(app.services.backup(join(root, 'mine', 'copy')), { code: 'BackupFailed' })
  assert.deepEqual(await readdir(root), ['mine'])
})
