import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bucketContract, collect } from '../../test/contracts/buckets.ts'
import { openFolder } from './file.ts'
import type { Bucket } from './port.ts'

bucketContract('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bucket-'))
  return {
    bucket: await openFolder('pictures', folder),
    async put(key, content) {
      await mkdir(dirname(join(folder, key)), { recursive: true })
      await writeFile(join(folder, key), content)
    },
    remove: (key) => rm(join(folder, key)),
    close: () => rm(folder, { recursive: true }),
  }
})

describe('a folder as a bucket', () => {
  let base: string
  let folder: string
  let bucket: Bucket

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'sightline-jail-'))
    folder = join(base, 'bucket')
    await mkdir(join(folder, 'sub'), { recursive: true })
    await mkdir(join(base, 'bucket-beside'))
    await writeFile(join(base, 'secret.jpg'), 'secret')
    await writeFile(join(base, 'bucket-beside', 'secret.jpg'), 'secret')
    await writeFile(join(folder, 'sub', 'real.jpg'), 'real')
    bucket = await openFolder('pictures', folder)
  })
  after(() => rm(base, { recursive: true }))

  test('a link out of the folder is refused, as a file and as a folder', async () => {
    await symlink(join(base, 'secret.jpg'), join(folder, 'out.jpg'))
    await symlink(base, join(folder, 'out'))
    await symlink(join(base, 'bucket-beside'), join(folder, 'beside'))
    for (const key of ['out.jpg', 'out/secret.jpg', 'beside/secret.jpg']) {
      await assert.rejects(bucket.get(key), { code: 'ObjectOutsideBucket' }, key)
    }
    assert.deepEqual(
      (await collect(bucket.list(''))).map((object) => object.key),
      ['sub/real.jpg'],
    )
  })

  test('a link that stays inside is followed, a link to nowhere or in a circle is no object', async () => {
    await symlink('sub/real.jpg', join(folder, 'inside.jpg'))
    await symlink('nowhere.jpg', join(folder, 'dangling.jpg'))
    await symlink('circle.jpg', join(folder, 'circle.jpg'))
    assert.equal((await bucket.head('inside.jpg')).sizeBytes, 4)
    await assert.rejects(bucket.get('dangling.jpg'), { code: 'ObjectNotFound' })
    await assert.rejects(bucket.get('circle.jpg'), { code: 'ObjectNotFound' })
  })

  test('a pipe is no object, and nobody waits for it', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
    await assert.rejects(bucket.get('pipe.jpg'), { code: 'ObjectNotFound' })
  })

  test('a file that grows while it is read fails', async () => {
    await writeFile(join(folder, 'growing.bin'), Buffer.alloc(600_000))
    const { stream } = await bucket.get('growing.bin')
    await assert.rejects(
      async () => {
        for await (const _ of stream) await appendFile(join(folder, 'growing.bin'), 'more')
      },
      { code: 'ObjectChanged' },
    )
  })

  test('a file that nobody reads, or nobody reads any more, is not kept open', async () => {
    const { stream } = await bucket.get('sub/real.jpg')
    await stream[Symbol.asyncIterator]().return?.()
    await assert.rejects(bucket.get('sub/real.jpg', { signal: AbortSignal.abort() }), { name: 'AbortError' })
    await assert.rejects(bucket.get('sub/real.jpg', { ifMatch: 'other' }), { code: 'ObjectChanged' })
    for await (const _ of (await bucket.get('sub/real.jpg')).stream) break
    const handles = await readdir('/proc/self/fd')
    const open = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')))
    assert.deepEqual(
      open.filter((file) => file.startsWith(folder)),
      [],
    )
  })

  test('a bucket whose folder has gone is unreachable, not empty', async () => {
    const passing = join(base, 'passing')
    await mkdir(passing)
    await writeFile(join(passing, 'a.jpg'), 'a')
    const gone = await openFolder('passing', passing)
    await rename(passing, join(base, 'passed'))
    await assert.rejects(gone.head('a.jpg'), { code: 'BucketUnreachable' })
    await assert.rejects(collect(gone.list('')), { code: 'BucketUnreachable' })
    await assert.rejects(openFolder('passing', passing), { code: 'BucketUnreachable' })
    await mkdir(passing)
    await assert.rejects(gone.head('a.jpg'), { code: 'BucketUnreachable' })
  })
})
