import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { givenCategories, sampleCategory, sampleVectors } from './image-samples.ts'
import { openStore, type Store } from './index.ts'

const [DENSE, GAPPY, FEW] = [1, 2, 3]

describe('samples of images', () => {
  let folder: string
  let store: Store

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-samples-'))
    store = await openStore(join(folder, 'sightline.db'))
    await insertImages(DENSE, 1, 20_000)
    // Two runs of ids far apart, and a handful.
    await insertImages(GAPPY, 20_001, 1000)
    await insertImages(GAPPY, 900_001, 1000)
    await insertImages(FEW, 800_000, 30)
  })
  after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  function insertImages(instanceId: number, firstId: number, count: number): Promise<void> {
    return store.write(async (trx) => {
      await sql`
        insert into instance (id, name, service_type, capacity, picture_rules, model, search_qps, write_qps, thumbnails,
          default_role, image_count, is_dropped, created_at)
        values (${instanceId}, ${`i${instanceId}`}, 'product', 1, 'open', 'm', 0, 0, 0, '', 0, 0, 0)
        on conflict do nothing`.execute(trx)
      await sql`
        with recursive n (i) as (select ${firstId} union all select i + 1 from n where i < ${firstId + count - 1})
        insert into image (id, instance_id, product_id, pic_name, category_id, category_given, custom_content, int_attr,
          int_attr2, int_attr3, int_attr4, str_attr, str_attr2, str_attr3, str_attr4, region, width, height, dhash,
          thumbnail, source_etag, import_id, import_line, created_at, updated_at)
        select i, ${instanceId}, 'p' || i, 'a', i % 5, i % 5 <> 2, '', 0, 0, 0, 0, '', '', '', '', '', 1, 1, x'00', '',
          '', 0, 0, 0, 0 from n`.execute(trx)
      await sql`insert into embedding select id, 'm', zeroblob(16) from image where instance_id = ${instanceId}
        on conflict do nothing`.execute(trx)
    })
  }

  async function sampleIds(instanceId: number, n: number): Promise<number[]> {
    const sample = await sampleVectors(store.read, instanceId, 'm', n)
    return sample.map(({ productId }) => Number(productId.slice(1)))
  }

  test('have about as many images as asked for, from everywhere', async () => {
    const ids = await sampleIds(DENSE, 500)
    assert.ok(ids.length > 450 && ids.length <= 500, `${ids.length}`)
    for (const quarter of [0, 1, 2, 3]) {
      const share = ids.filter((id) => Math.floor((id - 1) / 5000) === quarter).length / ids.length
      assert.ok(share > 0.15 && share < 0.35, `quarter ${quarter}: ${share}`)
    }
  })

  test('are not spoilt by a gap in the ids', async () => {
    const ids = await sampleIds(GAPPY, 200)
    assert.ok(ids.length > 150 && ids.length <= 200, `${ids.length}`)
    const share = ids.filter((id) => id > 900_000).length / ids.length
    assert.ok(share > 0.4 && share < 0.6, `${share}`)
  })

  test('are all images where there are few', async () => {
    assert.equal((await sampleIds(FEW, 30)).length, 30)
    assert.deepEqual(await sampleIds(99, 30), [])
  })

  test('of a category have only images that were given it', async () => {
    assert.deepEqual(await givenCategories(store.read, FEW, 100), [0, 1, 3, 4])
    assert.equal((await sampleCategory(store.read, FEW, 'm', 1, 100)).length, 6)
    assert.equal((await sampleCategory(store.read, FEW, 'm', 2, 100)).length, 0)
  })
})
