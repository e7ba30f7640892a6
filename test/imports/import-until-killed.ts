/**
 * Opens a data folder, which goes on with its import, and says how many rows have an outcome until it is killed or the
 * import has ended.
 *
 * Usage: import-until-killed.ts <data folder>
 */
import { writeSync } from 'node:fs'
import { openTestApp } from '../harness.ts'

const app = await openTestApp({ dataDir: process.argv[2]! })
const { instances, imports } = app.services
const { id: instanceId } = await instances.get('shop')
const { imports: found } = await imports.list(instanceId, { limit: 1, start: 0 })
const id = found[0]!.id
let said = -1
for (;;) {
  const { ok, failed, skipped, finishedMs } = await imports.status(id)
  const rows = ok + failed + skipped
  if (rows > said) writeSync(1, `${rows}\n`)
  said = rows
  if (finishedMs > 0) break
  await new Promise((resolve) => setImmediate(resolve))
}
await app.close()
