/**
 * Puts and deletes images until it is killed; says each on stdout once it is acknowledged.
 *
 * Usage: write-until-killed.ts <data folder>
 */
import { writeSync } from 'node:fs'
import { madePicture, openTestApp } from '../harness.ts'

const app = await openTestApp({ dataDir: process.argv[2]! })
const { instances, images } = app.services
const [instance = await instances.create('shop', 'generic')] = await instances.list()
const run = Date.now()
let next = 0

async function write(): Promise<void> {
  for (;;) {
    const seed = next++
    const productId = `${run}-${seed}`
    const picture = await madePicture(seed, 120)
    await images.put(instance.id, { productId, picName: 'a.png', picture }, { priority: 'search' })
    // Not console.log: what is acknowledged must be in the pipe before anything else happens.
    writeSync(1, `put ${productId}\n`)
    if (seed % 3 === 0) {
      writeSync(1, `deleting ${productId}\n`)
      await images.remove(instance.id, { productId }, { priority: 'search' })
      writeSync(1, `deleted ${productId}\n`)
    }
  }
}
await Promise.all([write(), write(), write(), write()])
