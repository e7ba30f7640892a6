import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertDoneOnce,
  assertUndisturbed,
  endOfImport,
  rowsOf,
  startImport,
  undisturbedImport,
  untilImport,
} from '../imports/undisturbed.ts'
import { smallDisk } from './small-disk.ts'

const disk = smallDisk(48)

test('a full disk stops an import until there is space, and loses no row', {
  skip: typeof disk === 'string' && disk,
}, async () => {
  if (typeof disk === 'string') return
  const undisturbed = await undisturbedImport('product')
  let app = await startImport(undisturbed, disk.folder)
  try {
    for (const atRows of [40, 120, 200]) {
      await untilImport(app, (status) => rowsOf(status) >= atRows)
      disk.fill()
      const waiting = await untilImport(app, ({ code }) => code !== '')
      assert.equal(waiting.code, 'StorageFailed')
      disk.free()
      if (atRows === 120) app = await app.reopen()
    }
    const status = await endOfImport(app)
    await assertUndisturbed(app, status, undisturbed)
    await assertDoneOnce(app, status)
  } finally {
    await app.close()
    disk.remove()
    await undisturbed.remove()
  }
})
