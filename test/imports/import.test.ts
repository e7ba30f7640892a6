import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { problem } from '../../src/errors.ts'
import type { ImportStatus, RowOutcome } from '../../src/imports/index.ts'
import { dhashOf, ended, importAll, type Setup, setUp } from './setup.ts'

let setup: Setup
beforeEach(async () => {
  setup = await setUp()
})
afterEach(() => setup.close())

function add(productId: string, picName: string, fields: object = {}): string {
  return JSON.stringify({ OperationType: 'ADD', ProductId: productId, PicName: picName, ...fields })
}

/** `count` rows, each with a picture of its own name (all show the same). */
async function manyRows(count: number, fields: object = {}): Promise<string> {
  await setup.put('a.jpg', 'picture a')
  return Array.from({ length: count }, (_, i) => add(`p${i}`, 'a.jpg', { IntAttr: i, ...fields })).join('\n')
}

async function rows({ id }: ImportStatus): Promise<RowOutcome[]> {
  return setup.imports.rows(id, { afterLine: 0, limit: 1000 })
}

async function products(): Promise<string[]> {
  const found = await setup.store.read.selectFrom('image').select('product_id').orderBy('product_id').execute()
  return found.map((row) => row.product_id)
}

async function text(lines: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const line of lines) all += line
  return all
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (await condition()) return
    await delay(5)
  }
  assert.fail('it never came to that')
}

describe('a manifest', () => {
  test('may mix both formats, line ends, a byte-order mark and blank lines; every line is counted', async () => {
    await setup.put('a.jpg', 'picture a')
    await setup.put('sub/b.jpg', 'picture b')
    const status = await importAll(
      setup,
      `\uFEFF${add('1', 'a.jpg', { CustomContent: 'é', StrAttr: 'x' })}\r\n\n` +
        '{"operator":"ADD","item_id":2,"cat_id":3,"cust_content":"c","pic_list":["sub/b.jpg"]}\n' +
        '{"operator":"ADD","ProductId":"3","PicName":"a.jpg"}\r\n' +
        '{"OperationType":"DELETE","ProductId":"3"}',
    )
    assert.equal(status.state, 'done')
    assert.deepEqual([status.lines, status.failed, status.causes.blank], [5, 0, 1])
    assert.equal(status.ok + status.skipped, 5)
    assert.deepEqual(await products(), ['1', '2'])
    const image = await setup.images.find(setup.instance.id, { productId: '1', picName: 'a.jpg' })
    assert.equal(image?.customContent, 'é')
    assert.equal(image?.strAttr, 'x')
    assert.notEqual(image?.sourceEtag, '')
  })

  test('in a folder names pictures relative to that folder, or else to the root of the bucket', async () => {
    await setup.put('june/a.jpg', 'june a')
    await setup.put('a.jpg', 'root a')
    await setup.put('root.jpg', 'root')
    await setup.put('june/increment.meta', [add('1', 'a.jpg'), add('2', 'root.jpg'), add('3', 'june/a.jpg')].join('\n'))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/june' })
    assert.equal((await ended(setup.imports, id)).ok, 3)
    const stored = await setup.store.read.selectFrom('image').select('dhash').orderBy('product_id').execute()
    assert.deepEqual(
      stored.map(({ dhash }) => Buffer.from(dhash)),
      ['june a', 'root', 'june a'].map(dhashOf),
    )
  })

  test('is refused when it is missing, with the names that look like it', async () => {
    await setup.put('june/increment.meta.txt', add('1', 'a.jpg'))
    const start = (path: string) => setup.imports.start(setup.instance, { bucket: 'pictures', path })
    await assert.rejects(start('/june'), { code: 'ManifestMissing', hint: /increment\.meta\.txt/ })
    await assert.rejects(start('/july'), { code: 'ManifestMissing', hint: /nothing in the folder "july\/"/ })
  })

  test('is refused when it is empty, blank, compressed or UTF-16', async () => {
    const start = async (content: string | Uint8Array) => {
      await setup.put('increment.meta', content)
      await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    }
    await assert.rejects(start(''), { code: 'ManifestEmpty' })
    await assert.rejects(start('\n \r\n'), { code: 'ManifestEmpty' })
    await assert.rejects(start(Buffer.from('\uFEFF{"a":1}', 'utf16le')), { code: 'ManifestNotText' })
    await assert.rejects(start(Buffer.from([0x1f, 0x8b, 8, 0])), { code: 'ManifestNotText' })
  })

  test('of blank lines only fails also when that is seen late', async () => {
    const status = await importAll(setup, '\n'.repeat(100_000))
    assert.deepEqual([status.state, status.code, status.lines], ['failed', 'ManifestEmpty', 100_000])
    assert.notEqual(status.hint, '')
  })

  test('is refused at a path that cannot be, and in a bucket that is not there', async () => {
    const start = (bucket: string, path: string) => setup.imports.start(setup.instance, { bucket, path })
    for (const path of ['', 'june', '/june/', '/../x', '/a//b', '//', '/.']) {
      await assert.rejects(start('pictures', path), { code: 'PathInvalid' }, path)
    }
    await assert.rejects(start('none', '/'), { code: 'BucketNotFound' })
  })

  test('that is changed while it is imported fails the import, and says so', async () => {
    // Long lines, so that they are read in many parts.
    await setup.put('increment.meta', await manyRows(700, { CustomContent: 'x'.repeat(4000) }))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await until(async () => (await setup.imports.status(id)).ok > 20)
    await setup.put('increment.meta', add('1', 'a.jpg'))
    const status = await ended(setup.imports, id)
    assert.deepEqual([status.state, status.code], ['failed', 'ManifestChanged'])
    assert.equal((await products()).length, status.ok)
    // Nothing of it is in the way of the next one.
    assert.equal((await importAll(setup, add('1', 'a.jpg'))).state, 'done')
  })
})

describe('a row that fails', () => {
  test('has a line, a code, a message and a hint, whatever the line holds', async () => {
    await setup.put('a.jpg', 'picture a')
    await setup.put('broken.jpg', 'broken')
    await setup.put('Girl_Cloth1.JPG', 'girl')
    await mkdir(join(setup.folder, 'folder.jpg'))
    await writeFile(join(setup.folder, '..', 'secret.jpg'), 'secret')
    await symlink('../secret.jpg', join(setup.folder, 'link.jpg'))
    await setup.put('empty.jpg', '')
    const cases: [string | Buffer, string][] = [
      ['hello', 'RowNotJson'],
      [`${add('1', 'a.jpg')}${add('2', 'a.jpg')}`, 'RowSeveralObjects'],
      [add('1', '../secret.jpg'), 'RowPicNameOutside'],
      [add('1', '/etc/passwd.jpg'), 'RowPicNameSlash'],
      [add('1', 'link.jpg'), 'ObjectOutsideBucket'],
      [add('1', 'folder.jpg'), 'RowObjectMissing'],
      [add('1', 'girl_cloth1.jpg'), 'RowObjectMissing'],
      [add('1', 'broken.jpg'), 'PictureUnreadable'],
      [add('1', 'a.jpg', { CustomContent: 'x'.repeat(70_000) }), 'RowTooLong'],
      [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'RowNotUtf8'],
      [add('1', 'a'), 'RowPicNameNoExtension'],
      ['{"OperationType":"DELETE"}', 'RowFieldMissing'],
    ]
    const lines = cases.flatMap(([line]) => [Buffer.from(line), Buffer.from('\n')])
    const status = await importAll(setup, Buffer.concat([...lines, Buffer.from(add('last', 'a.jpg'))]))
    assert.deepEqual([status.state, status.ok, status.failed], ['done', 1, cases.length])
    const failed = await rows(status)
    assert.deepEqual(
      failed.map(({ line, code }) => [line, code]),
      cases.map(([, code], i) => [i + 1, code]),
    )
    for (const row of failed) assert.ok(row.message.length > 10 && row.hint.length > 10, JSON.stringify(row))
    assert.match(failed[6]?.hint ?? '', /Girl_Cloth1\.JPG/)
    assert.equal(status.causes.RowObjectMissing, 2)
    assert.deepEqual(await products(), ['last'])
    const [page] = await setup.imports.rows(status.id, { afterLine: 3, limit: 1 })
    assert.equal(page?.line, 4)
    assert.equal((await setup.imports.rows(status.id, { afterLine: 0, limit: 9, code: 'RowObjectMissing' })).length, 2)
  })

  test('is not one whose names are as long as they may be', async () => {
    const long = 'é'.repeat(512)
    await setup.put('a.jpg', 'picture a')
    const deletes = { OperationType: 'DELETE', ProductId: long, PicName: long }
    const status = await importAll(setup, [add(long, 'a.jpg'), JSON.stringify(deletes)].join('\n'))
    assert.deepEqual([status.state, status.ok], ['done', 2])
    assert.deepEqual(await products(), [long])
  })

  test('is imported when it is mended, by the manifest of the failed rows', async () => {
    await setup.put('a.jpg', 'picture a')
    const manifest = [add('1', 'a.jpg'), add('2', 'late.jpg', { StrAttr: 'é' }), 'hello', add('3', 'later.jpg')]
    const status = await importAll(setup, `\uFEFF${manifest.join('\r\n')}\r\n`)
    const failed = await text(setup.imports.manifestOf(status.id, 'failed'))
    assert.equal(failed, [manifest[1], manifest[2], manifest[3], ''].join('\n'))
    await setup.put('late.jpg', 'late')
    await setup.put('later.jpg', 'later')
    const retried = await importAll(setup, failed)
    assert.deepEqual([retried.ok, retried.failed, retried.causes], [2, 1, { RowNotJson: 1 }])
    assert.deepEqual(await products(), ['1', '2', '3'])
  })

  test('because of the role names the permission that is missing', async () => {
    await setup.put('in/a.jpg', 'picture a')
    await setup.put('out/b.jpg', 'picture b')
    await setup.put(
      'in/increment.meta',
      [add('1', 'a.jpg'), add('2', 'out/b.jpg'), add('3', '../out/b.jpg')].join('\n'),
    )
    const access = {
      objectReader: async (role: string) => (bucket: string, key: string) => ({
        allowed: role === 'narrow' && key.startsWith('in/'),
        missing: `oss:GetObject on acs:oss:*:*:${bucket}/${key}`,
      }),
    }
    const imports = setup.restart({ access })
    const start = (roleArn: string) => imports.start(setup.instance, { bucket: 'pictures', path: '/in', roleArn })
    await assert.rejects(start('other'), { code: 'ManifestNotPermitted', message: /oss:GetObject on .*increment.meta/ })
    const { id } = await start('narrow')
    const status = await ended(imports, id)
    assert.equal(status.roleArn, 'narrow')
    // The second place of a picture may not be looked at: for this role it is missing.
    assert.deepEqual(status.causes, { RowObjectMissing: 1, RowPicNameOutside: 1 })

    await setup.put('root/increment.meta', add('1', 'a.jpg'))
    const onlyManifest = {
      objectReader: async () => (_: string, key: string) => ({
        allowed: key.endsWith('.meta'),
        missing: `oss:GetObject on ${key}`,
      }),
    }
    const blind = setup.restart({ access: onlyManifest })
    const second = await blind.start(setup.instance, { bucket: 'pictures', path: '/root' })
    await ended(blind, second.id)
    const [row] = await rows(second)
    assert.equal(row?.code, 'RowNotPermitted')
    assert.match(row?.message ?? '', /oss:GetObject on root\/a\.jpg/)
  })
})

describe('an import', () => {
  test('is the only one of its instance, and another instance is not in its way', async () => {
    await setup.put('increment.meta', await manyRows(400))
    const start = { bucket: 'pictures', path: '/' }
    const { id } = await setup.imports.start(setup.instance, start)
    await assert.rejects(setup.imports.start(setup.instance, start), {
      code: 'ImportRunning',
      official: 'Console.IncrementStatusError',
      status: 409,
    })
    await assert.rejects(setup.instances.drop('shop'), { code: 'InstanceBusy' })
    await assert.rejects(setup.buckets.remove('pictures'), { code: 'BucketInUse' })
    const other = await setup.instances.create('other', 'generic')
    const second = await setup.imports.start(other, start)
    assert.equal((await ended(setup.imports, second.id)).ok, 400)
    assert.equal((await ended(setup.imports, id)).ok, 400)
    const { total, imports } = await setup.imports.list(setup.instance.id, { limit: 10, start: 0 })
    assert.deepEqual([total, imports.map((one) => one.id)], [1, [id]])
    assert.equal((await setup.imports.list(other.id, { limit: 10, start: 0, path: '/no' })).total, 0)
  })

  test('can be watched: counts only grow, the end comes last', async () => {
    await setup.put('increment.meta', await manyRows(400))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    const seen: ImportStatus[] = []
    for await (const status of setup.imports.watch(id, AbortSignal.timeout(30_000))) seen.push(status)
    assert.ok(seen.length > 1)
    for (const [i, status] of seen.slice(1).entries()) assert.ok(status.ok >= (seen[i]?.ok ?? 0))
    assert.deepEqual([seen.at(-1)?.state, seen.at(-1)?.ok, seen.at(-1)?.isPlanned], ['done', 400, true])
    assert.ok(seen.some(({ rate, secondsLeft }) => rate > 0 && secondsLeft !== undefined))
    await assert.rejects(setup.imports.watch(99, AbortSignal.timeout(1000))[Symbol.asyncIterator]().next(), {
      code: 'ImportNotFound',
    })
  })

  test('rests while it is paused, also over a restart, and goes on when it is resumed', async () => {
    await setup.put('increment.meta', await manyRows(600))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await until(async () => (await setup.imports.status(id)).ok > 100)
    const paused = await setup.imports.pause(id)
    assert.equal(paused.state, 'paused')
    assert.ok(paused.ok > 100 && paused.ok < 600)
    assert.equal((await products()).length, paused.ok)
    await assert.rejects(setup.imports.pause(id), { code: 'ImportStateInvalid', status: 409 })
    await setup.imports.close()
    const imports = setup.restart()
    await imports.resumeAll()
    await delay(50)
    const { ok, state } = await imports.status(id)
    assert.deepEqual([ok, state], [paused.ok, 'paused'])
    assert.equal((await imports.resume(id)).state, 'running')
    assert.equal((await ended(imports, id)).ok, 600)
    await assert.rejects(imports.resume(id), { code: 'ImportStateInvalid' })
  })

  test('that is cancelled keeps what was done and leaves the instance free', async () => {
    await setup.put('increment.meta', await manyRows(600))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await until(async () => (await setup.imports.status(id)).ok > 100)
    const cancelled = await setup.imports.cancel(id)
    assert.equal(cancelled.state, 'cancelled')
    assert.ok(cancelled.finishedMs > 0)
    assert.equal((await products()).length, cancelled.ok)
    assert.deepEqual(await setup.store.read.selectFrom('task').selectAll().execute(), [])
    assert.deepEqual(await setup.store.read.selectFrom('import_row').selectAll().execute(), [])
    assert.equal((await importAll(setup, add('new', 'a.jpg'))).ok, 1)
  })

  test('that is stopped at any moment goes on at the next start, and no row is done twice', async () => {
    await setup.put('increment.meta', `${await manyRows(500)}\n{"OperationType":"DELETE","ProductId":"p7"}\nhello\n`)
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    let { imports } = setup
    for (const enough of [1, 100, 200, 350]) {
      await until(async () => (await imports.status(id)).ok >= enough)
      await imports.close()
      imports = setup.restart()
      await imports.resumeAll()
    }
    const status = await ended(imports, id)
    assert.deepEqual([status.lines, status.failed], [502, 1])
    assert.equal(status.ok + status.skipped, 501)
    assert.equal((await products()).length, 499)
    assert.equal(setup.changes.filter(({ image }) => image).length, status.ok - 1)
  })

  test('waits while its bucket cannot be read, says so, and then goes on', async () => {
    await setup.put('increment.meta', await manyRows(600))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await until(async () => (await setup.imports.status(id)).ok > 100)
    await rename(setup.folder, `${setup.folder}-away`)
    await until(async () => (await setup.imports.status(id)).code === 'BucketUnreachable')
    const waiting = await setup.imports.status(id)
    assert.equal(waiting.state, 'running')
    assert.notEqual(waiting.hint, '')
    await rename(`${setup.folder}-away`, setup.folder)
    const status = await ended(setup.imports, id)
    assert.deepEqual([status.state, status.code, status.ok, status.failed], ['done', '', 600, 0])
  })

  test('waits while the store cannot be written, and loses nothing', async () => {
    await setup.imports.close()
    let isFull = false
    const store = {
      ...setup.store,
      async write(write: Parameters<typeof setup.store.write>[0]) {
        if (isFull) throw problem('StorageFailed', { reason: 'database or disk is full' })
        return setup.store.write(write)
      },
    } as typeof setup.store
    const imports = setup.restart({ store })
    await setup.put('increment.meta', `${await manyRows(500)}\nhello\n`)
    const { id } = await imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await until(async () => (await imports.status(id)).ok > 50)
    isFull = true
    await until(async () => (await imports.status(id)).code === 'StorageFailed')
    isFull = false
    const status = await ended(imports, id)
    assert.deepEqual([status.ok, status.failed, status.code], [500, 1, ''])
  })

  test('fails when its manifest has gone after a restart', async () => {
    await setup.put('increment.meta', await manyRows(400))
    const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await setup.imports.close()
    await rm(join(setup.folder, 'increment.meta'))
    const imports = setup.restart()
    await imports.resumeAll()
    const status = await ended(imports, id)
    assert.deepEqual([status.state, status.code], ['failed', 'ManifestMissing'])
  })

  test('is refused for an instance that was cleared meanwhile', async () => {
    await setup.put('increment.meta', await manyRows(1))
    await setup.instances.clear('shop')
    const start = setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
    await assert.rejects(start, { code: 'InstanceNotFound' })
  })

  test('that is not there is not found', async () => {
    const { imports } = setup
    await assert.rejects(imports.status(9), { code: 'ImportNotFound' })
    await assert.rejects(imports.pause(9), { code: 'ImportNotFound' })
    await assert.rejects(imports.cancel(9), { code: 'ImportNotFound' })
    await assert.rejects(imports.rows(9, { afterLine: 0, limit: 1 }), { code: 'ImportNotFound' })
  })
})
