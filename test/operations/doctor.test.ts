import assert from 'node:assert/strict'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import type { Diagnosis } from '../../src/doctor/index.ts'
import type { Instance } from '../../src/instances/index.ts'
import { lastChange } from '../../src/store/vector-index.ts'
import { madePicture, openTestApp, type TestApp } from '../harness.ts'

const PICTURES = 5

let app: TestApp
let instance: Instance
let run = 0

before(async () => {
  app = await openTestApp()
})
after(() => app.cleanUp())

beforeEach(async () => {
  for (const { name } of await app.services.instances.list()) await app.services.instances.drop(name)
  instance = await app.services.instances.create(`shop-${++run}`, 'generic')
  for (let i = 0; i < PICTURES; i++) {
    const input = { productId: `p${i}`, picName: 'a.png', picture: await madePicture(i) }
    await app.services.images.put(instance.id, input, { priority: 'search' })
  }
})

function kinds({ findings }: Diagnosis): string[] {
  return findings.map(({ kind, count, repaired }) => `${kind} ${count}${repaired ? ' repaired' : ''}`).sort()
}

/** Looks, repairs, looks again. */
async function examineAndRepair(): Promise<{ found: string[]; repaired: string[]; left: string[] }> {
  const { doctor } = app.services
  const found = kinds(await doctor.examine({ repair: false }))
  const repaired = kinds(await doctor.examine({ repair: true }))
  return { found, repaired, left: kinds(await doctor.examine({ repair: false })) }
}

async function imageId(productId: string): Promise<number> {
  return (await app.services.images.find(instance.id, { productId, picName: 'a.png' }))!.id
}

test('a data folder in order is healthy', async () => {
  const diagnosis = await app.services.doctor.examine({ repair: false })
  assert.deepEqual(diagnosis, { healthy: true, instances: 1, images: PICTURES, findings: [] })
})

test('an image that the index lost is found, and found again by searches after the repair', async () => {
  const seq = await lastChange(app.store.read, instance.id)
  app.services.vectors.apply(instance.id, [{ seq, imageId: await imageId('p1') }])
  const { found, repaired, left } = await examineAndRepair()
  assert.deepEqual(found, ['image-not-indexed 1'])
  assert.deepEqual(repaired, ['image-not-indexed 1 repaired'])
  assert.deepEqual(left, [])
  const { results } = await app.services.search.byPicture(instance, await madePicture(1), {})
  assert.equal(results[0]?.image.productId, 'p1')
})

test('an image that only the index has is found and taken out', async () => {
  const id = await imageId('p2')
  await app.store.write((trx) => trx.deleteFrom('embedding').where('image_id', '=', id).execute())
  await app.store.write((trx) => trx.deleteFrom('image').where('id', '=', id).execute())
  const { found, left } = await examineAndRepair()
  assert.ok(found.includes('index-outdated 1'), found.join())
  assert.deepEqual(left, [])
})

test('a wrong number of images is counted again', async () => {
  await app.store.write((trx) => trx.updateTable('instance').set({ image_count: 99 }).execute())
  const { found, left } = await examineAndRepair()
  assert.deepEqual(found, ['count-wrong 1'])
  assert.deepEqual(left, [])
})

test('thumbnails that are gone and files that nobody names are found and set right', async () => {
  const folder = join(app.dataDir, 'thumbnails')
  const files = (await readdir(join(folder, String(instance.id)), { recursive: true })).filter((f) =>
    f.endsWith('.jpg'),
  )
  await rm(join(folder, String(instance.id), files[0]!))
  await mkdir(join(folder, String(instance.id), 'zz'))
  const unused = join(folder, String(instance.id), 'zz', 'unused.jpg')
  await writeFile(unused, 'x')
  const young = await app.services.doctor.examine({ repair: false })
  assert.deepEqual(kinds(young), ['thumbnail-missing 1'], 'a young file may belong to an image that is being added')
  await utimes(unused, 0, 0)

  const { found, left } = await examineAndRepair()
  assert.deepEqual(found, ['thumbnail-missing 1', 'thumbnail-unused 1'])
  assert.deepEqual(left, [])
})

test('an image without a vector is named, and what to do is said, since a repair cannot make it', async () => {
  const id = await imageId('p3')
  await app.store.write((trx) => trx.deleteFrom('embedding').where('image_id', '=', id).execute())
  const diagnosis = await app.services.doctor.examine({ repair: true })
  const finding = diagnosis.findings.find(({ kind }) => kind === 'vector-missing')
  assert.equal(diagnosis.healthy, false)
  assert.deepEqual(finding?.examples, ['p3/a.png'])
  assert.match(finding?.hint ?? '', /add or import these pictures again/)
})

test('nothing is found where others add and delete images meanwhile', async () => {
  const { images, doctor } = app.services
  let isBusy = true
  const busy = (async () => {
    for (let i = 0; isBusy; i++) {
      const picture = await madePicture(i % 3)
      await images.put(instance.id, { productId: `new${i % 7}`, picName: 'a.png', picture }, { priority: 'import' })
      await images.remove(instance.id, { productId: `new${(i + 3) % 7}` }, { priority: 'import' })
    }
  })()
  for (let i = 0; i < 10; i++) assert.deepEqual((await doctor.examine({ repair: false })).findings, [])
  isBusy = false
  await busy
})
