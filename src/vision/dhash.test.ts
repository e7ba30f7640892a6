import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { dhash } from './dhash.ts'
import type { RawPicture } from './raw-picture.ts'

/** Grey 180x160 picture. */
function grey(brightness: (x: number, y: number) => number): RawPicture {
  const data = new Uint8Array(180 * 160 * 3)
  for (let i = 0; i < 180 * 160; i++) data.fill(brightness(i % 180, Math.floor(i / 180)), i * 3, i * 3 + 3)
  return { data, width: 180, height: 160 }
}

test('a bit is set where brightness rises to the right, first row in the first byte', () => {
  assert.deepEqual(dhash(grey((x) => x)), new Uint8Array(8).fill(255))
  assert.deepEqual(dhash(grey((x) => 180 - x)), new Uint8Array(8))
  const topLeft = dhash(grey((x, y) => (x < 20 && y < 20 ? 0 : 100)))
  assert.deepEqual([...topLeft], [0x80, 0, 0, 0, 0, 0, 0, 0])
})

test('saved again as a poor JPEG, the hash keeps all but two bits at most', async () => {
  const picture = grey((x, y) => Math.round(128 + 100 * Math.sin(x / 17) * Math.cos(y / 23)))
  const { width, height } = picture
  const jpeg = await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 30 })
    .toBuffer()
  const again = { data: await sharp(jpeg).toColourspace('srgb').raw().toBuffer(), width, height }
  const bits = (hash: Uint8Array): string => [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const before = bits(dhash(picture))
  const differing = [...bits(dhash(again))].filter((bit, i) => bit !== before[i]).length
  assert.ok(differing <= 2, `${differing} bits`)
})
