import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Radosgw, radosgwMissing, startRadosgw } from '../peers/radosgw.ts'
import { type Relay, startRelay } from '../peers/relay.ts'
import { storeWriter } from '../peers/store-peer.ts'
import {
  assertDoneOnce,
  assertUndisturbed,
  endOfImport,
  rowsOf,
  startImport,
  type Undisturbed,
  undisturbedImport,
  untilImport,
} from './undisturbed.ts'

const BUCKET = 'pictures'

describe('an import whose store fails', { skip: radosgwMissing() }, () => {
  let undisturbed: Undisturbed
  let radosgw: Radosgw
  let relay: Relay

  before(async () => {
    const [folder, store] = await Promise.all([undisturbedImport('product'), startRadosgw()])
    undisturbed = folder
    radosgw = store
    relay = await startRelay(radosgw.endpoint)
    const writer = storeWriter(radosgw)
    await writer.makeBucket(BUCKET)
    for (const name of await readdir(undisturbed.bucket)) {
      await writer.put(BUCKET, name, await readFile(join(undisturbed.bucket, name)))
    }
  })
  after(async () => {
    await relay?.stop()
    await radosgw?.stop()
    await undisturbed?.remove()
  })

  test('loses no row when that is away for some seconds and then silent for thirty', async () => {
    const { endpoint } = relay
    const { accessKeyId, accessKeySecret } = radosgw
    const store = {
      source: { driver: 's3', options: { bucket: BUCKET, endpoint } } as const,
      credentials: { accessKeyId, accessKeySecret },
    }
    const app = await startImport(undisturbed, join(undisturbed.base, 'outage'), store)
    try {
      await untilImport(app, (status) => rowsOf(status) >= 50)
      relay.cut()
      await untilImport(app, ({ code }) => code === 'BucketUnreachable')
      relay.restore()
      await untilImport(app, (status) => status.code === '' && rowsOf(status) >= 120)
      relay.stall()
      await delay(30_500)
      const stalled = await app.services.imports.status(1)
      assert.equal(stalled.state, 'running')
      relay.restore()
      const status = await endOfImport(app)
      await assertUndisturbed(app, status, undisturbed)
      await assertDoneOnce(app, status)
    } finally {
      await app.close()
    }
  })
})
