import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
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

  test('a thread that dies fails what it was doing, and the next write and read work', async () => {
    const threads: Worker[] = []
    const collect = (thread: Worker): unknown => threads.push(thread)
    process.on('worker', collect)
    const other = await openStore(join(folder, 'dying.db'))
    await readMeta(other.read, 'before')
    const lost = other.write(async (trx) => {
      await writeMeta(trx, 'before', 'lost')
      for (const thread of threads) await thread.terminate()
      await writeMeta(trx, 'after', 'lost')
    })
    await assert.rejects(lost, { code: 'StorageFailed' })
    await other.write((trx) => writeMeta(trx, 'next', 'stored'))
    assert.equal(await readMeta(other.read, 'next'), 'stored')
    assert.equal(await readMeta(other.read, 'before'), undefined)
    assert.equal(await readMeta(other.read, 'after'), undefined)
    await other.close()
    process.off('worker', collect)
  })

  test('a file that cannot be used is refused with the reason', async () => {
    await assert.rejects(openStore(join(folder, 'no-such-folder', 'x.db')), { code: 'StorageFailed' })
    const file = join(folder, 'unusable.db')
    await writeFile(file, 'this is no database '.repeat(1000))
    await assert.rejects(openStore(file), { code: 'DatabaseDamaged' })
    await copyFile(join(folder, 'closed.db'), file)
    await truncate(file, 8192)
    await assert.rejects(openStore(file), { code: 'DatabaseDamaged' })
  })

  test('a file of a newer version is left alone', async () => {
    const file = join(folder, 'newer.db')
    const newer = await openStore(file)
    await newer.write((trx) =>
      sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2099')`.execute(trx),
    )
    await newer.close()
    await assert.rejects(openStore(file), { code: 'DatabaseNewer', message: /9999-future/ })
  })
})
