/**
 * Opens a data folder, which goes on with its import; in the middle of it takes every file handle that is free, until
 * the import says that it waits; ends with the import. To be started with a low limit of handles.
 *
 * Usage: import-without-handles.ts <data folder>
 */
import { closeSync, openSync } from 'node:fs'
import { openTestApp } from '../harness.ts'
import { endOfImport, rowsOf, untilImport } from './undisturbed.ts'

const app = await openTestApp({ dataDir: process.argv[2]! })
await untilImport(app, (status) => rowsOf(status) >= 100)
const taken: number[] = []
const taking = setInterval(takeAll, 1)
const { code } = await untilImport(app, (status) => status.code !== '')
clearInterval(taking)
for (const handle of taken) closeSync(handle)
console.log(code)
await endOfImport(app)
await app.close()

function takeAll(): void {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error
  }
}
