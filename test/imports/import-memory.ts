/**
 * Runs a small import and then one of many rows; says the resident memory between the two, and the most during the
 * second, in MB. To be started with `--expose-gc`, and with a small young generation: that alone grows by 100 MB.
 *
 * Usage: import-memory.ts <rows>
 */
import assert from 'node:assert/strict'
import { importAll, setUp } from './setup.ts'

const PICTURES = 40
/** That of a usual photo in a catalogue: what is kept of 10,000 of them would show. */
const PICTURE_BYTES = 50_000

const rows = Number(process.argv[2])
const setup = await setUp()
for (let i = 0; i < PICTURES; i++) await setup.put(`${i}.jpg`, Buffer.alloc(PICTURE_BYTES, `picture ${i}`))
await importAll(setup, manifest(1000))
const beforeMb = residentMb()
let mostMb = beforeMb
const sampling = setInterval(() => {
  mostMb = Math.max(mostMb, residentMb())
}, 200)
const { ok, skipped } = await importAll(setup, manifest(rows))
clearInterval(sampling)
assert.equal(ok + skipped, rows)
console.log(JSON.stringify({ beforeMb, mostMb }))
await setup.close()

function residentMb(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss() / 2 ** 20
}

/** Adds, overwrites and deletes. */
function manifest(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const ProductId = `p${i % 3000}`
    if (i % 10 === 9) return JSON.stringify({ OperationType: 'DELETE', ProductId })
    return JSON.stringify({ OperationType: 'ADD', ProductId, PicName: `${i % PICTURES}.jpg` })
  })
  return lines.join('\n')
}
