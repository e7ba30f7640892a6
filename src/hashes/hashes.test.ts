import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHashes, type HashSource, isPlain, toHash } from './index.ts'

const SHOP = 1

/** 8 pseudo-random bytes, the same for the same id. */
function madeHash(id: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setUint32(0, Math.imul(id + 1, 2654435761) >>> 0)
  new DataView(bytes.buffer).setUint32(4, Math.imul(id + 7, 2246822519) >>> 0)
  return bytes
}

function sourceOf(stored: ReadonlyMap<number, Uint8Array>): HashSource {
  return async (_, afterId, limit) =>
    [...stored]
      .filter(([id]) => id > afterId)
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([id, hash]) => ({ id, dhash: hash }))
}

const distance = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, i) => sum + (byte ^ b[i]!).toString(2).replaceAll('0', '').length, 0)

test('finds all within the radius, as comparing one by one does, after writes and deletions in any order', async () => {
  const stored = new Map(Array.from({ length: 2500 }, (_, i) => [3 * i + 1, madeHash(i)] as const))
  const hashes = createHashes(sourceOf(stored))
  const table = await hashes.open(SHOP)
  assert.equal(table.size, 2500)
  const removed = [...stored.keys()].filter((id) => id % 5 !== 0)
  hashes.remove(SHOP, [...removed, 999_999])
  for (const id of removed) stored.delete(id)
  for (const id of [7502, 2, 7501, 10, 4, 2]) {
    hashes.put(SHOP, id, madeHash(id))
    stored.set(id, madeHash(id))
  }
  const asked = madeHash(12)
  for (const radius of [0, 20, 28]) {
    const expected = [...stored]
      .map(([id, hash]) => ({ id, distance: distance(hash, asked) }))
      .filter((near) => near.distance <= radius)
      .sort((a, b) => a.id - b.id)
    assert.deepEqual(await table.near(toHash(asked), radius), expected)
  }
  const ids = [...stored.keys()].sort((a, b) => a - b)
  assert.deepEqual(table.idsAfter(0, 10_000), ids)
  assert.deepEqual(table.idsAfter(ids[3]!, 2), ids.slice(4, 6))
  assert.deepEqual([table.size, table.get(10), table.get(11)], [stored.size, toHash(madeHash(10)), undefined])
})

test('a write that comes while the hashes are being read wins over what is read', async () => {
  const stored = new Map([1, 2, 3].map((id) => [id, madeHash(id)] as const))
  const read = Promise.withResolvers<void>()
  const hashes = createHashes(async (...page) => {
    const rows = await sourceOf(stored)(...page)
    await read.promise
    return rows
  })
  const impatient = await hashes.open(SHOP, 1)
  assert.equal(impatient.size, 0)
  await new Promise(setImmediate)
  hashes.put(SHOP, 2, madeHash(20))
  hashes.remove(SHOP, [3])
  read.resolve()
  const table = await hashes.open(SHOP)
  assert.deepEqual([table.get(1), table.get(2), table.get(3)], [toHash(madeHash(1)), toHash(madeHash(20)), undefined])
})

test('a failed reading is told and tried again', async () => {
  let isBroken = true
  const hashes = createHashes(async (...page) => {
    if (isBroken) throw new Error('broken')
    return sourceOf(new Map([[1, madeHash(1)]]))(...page)
  })
  await assert.rejects(hashes.open(SHOP), /broken/)
  isBroken = false
  assert.equal((await hashes.open(SHOP)).size, 1)
})

test('a million hashes are compared without holding the event loop for more than 10 ms', async (t) => {
  const hashes = createHashes(async () => [])
  const table = await hashes.open(SHOP)
  for (let id = 1; id <= 1_000_000; id++) hashes.put(SHOP, id, madeHash(id))
  await table.near(toHash(madeHash(5)), 3) // compiles
  const begun = process.cpuUsage()
  const near = await table.near(toHash(madeHash(5)), 3)
  const { user } = process.cpuUsage(begun)
  t.diagnostic(`${(user / 1000).toFixed(1)} ms of processor time`)
  assert.ok(near.some(({ id, distance }) => id === 5 && distance === 0))
  // Three turns: none is longer than the whole.
  assert.ok(user < 30_000, `${user} microseconds`)
})

test('pictures of one colour and gradients are plain', () => {
  const all = (byte: number) => toHash(new Uint8Array(8).fill(byte))
  assert.deepEqual([all(0), all(255), all(0x55), all(0x18)].map(isPlain), [true, true, false, false])
})
