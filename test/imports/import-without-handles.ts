/**
 * Opens a data folder, which goes on with its import, takes all file handles that are left for two seconds in the
 * middle of it, and ends with the import. To be started with a low limit of handles.
 *
 * Usage: import-without-handles.ts <data folder>
 */
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { openTestApp } from '../harness.ts'
import { endOfImport, rowsOf, untilImport } from './undisturbed.ts'

const app = await openTestApp({ dataDir: process.argv[2]! })
await untilImport(app, (status) => rowsOf(status) >= 100)
const handles = takeAll()
await delay(2000)
const { code } = await app.services.imports.status(1)
for (const handle of handles) closeSync(handle)
// What the test wants to know: the import has met the shortage, and says so.
console.log(code)
await endOfImport(app)
await app.close()

function takeAll(): number[] {
  const taken: number[] = []
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error
      return taken
    }
  }
}
