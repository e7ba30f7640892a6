/**
 * Copies of pictures: found by a search, and listed in groups; docs/explanation/copies.md.
 *
 *     npm run bench copies
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHashes, toHash } from '../src/hashes/index.ts'
import { openTestApp } from '../test/harness.ts'
import { type FirstShares, firstShares, groupFigures, madeCopies, originals, putAll } from './copies-figures.ts'
import { type Figure, report } from './report.ts'

const MANY = 1_000_000

const copies = madeCopies()
const app = await openTestApp()
const figures: Figure[] = []
try {
  const instance = await app.services.instances.create('copies', 'generic')
  await putAll(app.services, instance, originals())
  const shares = await firstShares(app.services, instance, copies)
  for (const share of shares) figures.push(...shareFigures(share.transform, [share], {}))
  figures.push(...shareFigures('all', shares, { atLeast: 0.93 }))

  await putAll(
    app.services,
    instance,
    copies.map(({ path }) => path),
  )
  const begun = performance.now()
  const groups = await groupFigures(app.services, instance, copies)
  figures.push(
    { name: 'groups, precision', value: groups.precision, unit: '', atLeast: 0.98 },
    { name: 'groups, share of the made copies in one', value: groups.recall, unit: '' },
    { name: 'groups', value: groups.groups, unit: '' },
    { name: 'groups, all pages', value: performance.now() - begun, unit: 'ms' },
  )
} finally {
  await app.cleanUp()
}
figures.push(...(await lookupFigures()))
process.exitCode = report('copies', figures) ? 0 : 1

function shareFigures(name: string, shares: readonly FirstShares[], bound: { atLeast?: number }): Figure[] {
  const sum = (key: 'queries' | 'byVector' | 'ranked') => shares.reduce((total, share) => total + share[key], 0)
  return [
    { name: `${name}: original first by vector alone`, value: sum('byVector') / sum('queries'), unit: '' },
    { name: `${name}: original first by vector and hash`, value: sum('ranked') / sum('queries'), unit: '', ...bound },
  ]
}

/** The hashes of a million images: one lookup, the longest turn of the event loop, memory. */
async function lookupFigures(): Promise<Figure[]> {
  const hashes = createHashes(async () => [])
  const table = await hashes.open(1)
  collectGarbage()
  const before = process.memoryUsage().arrayBuffers
  const hash = new Uint8Array(8)
  for (let id = 1; id <= MANY; id++) {
    new DataView(hash.buffer).setUint32(0, Math.imul(id, 2654435761) >>> 0)
    new DataView(hash.buffer).setUint32(4, Math.imul(id, 2246822519) >>> 0)
    hashes.put(1, id, hash)
  }
  collectGarbage()
  const bytes = process.memoryUsage().arrayBuffers - before
  let [longest, shortestOfLongest, isDone] = [0, Number.POSITIVE_INFINITY, false]
  const watching = (async () => {
    for (let last = performance.now(); !isDone; ) {
      await nextTurn()
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
  })()
  const begun = process.cpuUsage()
  const lookups = 20
  for (let i = 0; i < lookups; i++) {
    longest = 0
    await table.near(toHash(hash), 7)
    // The best of them: other programs interrupt the rest.
    shortestOfLongest = Math.min(shortestOfLongest, longest)
  }
  const { user } = process.cpuUsage(begun)
  isDone = true
  await watching
  return [
    { name: 'lookup among 1,000,000, processor time', value: user / 1000 / lookups, unit: 'ms' },
    { name: 'longest turn of the event loop meanwhile', value: shortestOfLongest, unit: 'ms', atMost: 10 },
    { name: 'memory an image', value: bytes / MANY, unit: 'bytes', atMost: 20 },
  ]
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
