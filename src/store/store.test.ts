import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openStore, type Store } from './index.ts'
import { readMeta, writeMeta } from './meta.ts'

describe('the store', () => {
  let folder: string
  let store: Store
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-store-'))
    store = await openStore(join(folder, 'sightline.db'))
  })
  after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  test('reads see what a write has stored as soon as it resolves', async () => {
    for (let i = 0; i < 50; i++) {
      await store.write((trx) => writeMeta(trx, 'counter', String(i)))
      assert.equal(await readMeta(store.read, 'counter'), String(i))
    }
  })

  test('one write that throws is undone alone, the others of its group are stored', async () => {
    const writes = Array.from({ length: 40 }, (_, i) =>
      store.write(async (trx) => {
        await writeMeta(trx, `group-${i}`, 'stored')
        if (i % 4 === 1) throw new Error(`write ${i}`)
        return i
      }),
    )
    const results = await Promise.allSettled(writes)
    for (const [i, result] of results.entries()) {
      const isFailing = i % 4 === 1
      assert.equal(result.status, isFailing ? 'rejected' : 'fulfilled')
      assert.equal(await readMeta(store.read, `group-${i}`), isFailing ? undefined : 'stored')
    }
  })

  test('a write that breaks a rule of the tables is undone alone', async () => {
    const [broken, whole] = await Promise.allSettled([
      store.write(async (trx) => {
        await writeMeta(trx, 'half', 'written')
        await trx
          .insertInto('embedding')
          .values({ image_id: 999, model: 'm', vector: new Uint8Array(4) })
          .execute()
      }),
      store.write((trx) => writeMeta(trx, 'whole', 'written')),
    ])
    assert.equal(broken.status, 'rejected')
    assert.equal(whole.status, 'fulfilled')
    assert.equal(await readMeta(store.read, 'half'), undefined)
    assert.equal(await readMeta(store.read, 'whole'), 'written')
  })

  test('a write that undoes the whole transaction fails the whole group, and the next one works', async () => {
    const results = await Promise.allSettled([
      store.write((trx) => writeMeta(trx, 'first', 'lost')),
      // What SQLite does by itself when the disk is full.
      store.write((trx) => sql`insert or rollback into meta (key, value) values ('x', null)`.execute(trx)),
      store.write((trx) => writeMeta(trx, 'third', 'lost')),
    ])
    assert.deepEqual(
      results.map((result) => result.status),
      ['rejected', 'rejected', 'rejected'],
    )
    assert.equal(await readMeta(store.read, 'first'), undefined)
    assert.equal(await readMeta(store.read, 'third'), undefined)
    await store.write((trx) => writeMeta(trx, 'after', 'stored'))
    assert.equal(await readMeta(store.read, 'after'), 'stored')
  })

  test('a slow read does not keep a short one waiting', async () => {
    const slow = sql`
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000000) select sum(i) from n
    `.execute(store.read)
    let isSlowDone = false
    slow.then(() => {
      isSlowDone = true
    })
    await readMeta(store.read, 'after')
    assert.equal(isSlowDone, false)
    await slow
  })

  test('a backup taken while others write is a whole copy', async () => {
    await store.write(async (trx) => {
      await writeMeta(trx, 'left', '0')
      await writeMeta(trx, 'right', '0')
    })
    let isWriting = true
    const writing = (async () => {
      for (let i = 1; isWriting; i++) {
        await store.write(async (trx) => {
          await writeMeta(trx, 'left', String(i))
          await writeMeta(trx, 'right', String(i))
        })
      }
    })()
    const copyFile = join(folder, 'copy.db')
    await store.backup(copyFile)
    isWriting = false
    await writing
    const copy = await openStore(copyFile)
    assert.equal(await readMeta(copy.read, 'left'), await readMeta(copy.read, 'right'))
    assert.ok(await readMeta(copy.read, 'left'))
    await copy.close()
    await assert.rejects(store.backup(copyFile))
  })

  test('closing waits for writes in work and leaves one file', async () => {
    const file = join(folder, 'closed.db')
    const other = await openStore(file)
    const write = other.write((trx) => writeMeta(trx, 'last', 'word'))
    await other.close()
    await write
    assert.equal(existsSync(`${file}-wal`), false)
    const again = await openStore(file)
    assert.equal(await readMeta(again.read, 'last'), 'word')
    await again.close()
  })

  test('a file that is no database is refused with the reason', async () => {
    await assert.rejects(openStore(join(folder, 'no-such-folder', 'x.db')), { code: 'StorageFailed' })
  })
})
