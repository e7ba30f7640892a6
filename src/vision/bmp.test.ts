import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SightlineError } from '../errors.ts'
import { decodeBmp, readBmpHeader } from './bmp.ts'

interface Made {
  width: number
  height: number
  bits: number
  compression?: number
  palette?: number[]
  masks?: number[]
  pixels: number[]
}

/** A file with a BITMAPV4HEADER where there are four masks, else with a BITMAPINFOHEADER. */
function bmp({ width, height, bits, compression = 0, palette = [], masks = [], pixels }: Made): Uint8Array {
  const headerBytes = masks.length === 4 ? 108 : 40
  const paletteAt = 14 + headerBytes + (masks.length === 3 ? 12 : 0)
  const pixelsAt = Math.max(70, paletteAt + palette.length)
  const file = Buffer.alloc(pixelsAt + pixels.length)
  file.write('BM', 0, 'latin1')
  file.writeUInt32LE(pixelsAt, 10)
  file.writeUInt32LE(headerBytes, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(bits, 28)
  file.writeUInt32LE(compression, 30)
  for (const [i, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + 4 * i)
  file.set(palette, paletteAt)
  file.set(pixels, pixelsAt)
  return file
}

function decode(file: Uint8Array): number[] {
  return [...decodeBmp(file, readBmpHeader(file)).data]
}

const RED = [255, 0, 0]
const GREEN = [0, 255, 0]
const BLUE = [0, 0, 255]
const WHITE = [255, 255, 255]
/** Index 0 red, 1 green, 2 blue, 3 white; blue first, a byte of nothing last. */
const PALETTE = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0]
/** Red and green above blue and white. */
const SQUARE = [...RED, ...GREEN, ...BLUE, ...WHITE]

test('rows of a bitmap come from the bottom up, or from the top down where its height is negative', () => {
  const top = [0, 0, 255, 0, 255, 0, 0, 0]
  const bottom = [255, 0, 0, 255, 255, 255, 0, 0]
  assert.deepEqual(decode(bmp({ width: 2, height: 2, bits: 24, pixels: [...bottom, ...top] })), SQUARE)
  assert.deepEqual(decode(bmp({ width: 2, height: -2, bits: 24, pixels: [...top, ...bottom] })), SQUARE)
})

test('pixels of 8, 4 and 1 bits are colours of the palette', () => {
  const size = { width: 2, height: 2, palette: PALETTE }
  assert.deepEqual(decode(bmp({ ...size, bits: 8, pixels: [2, 3, 0, 0, 0, 1, 0, 0] })), SQUARE)
  assert.deepEqual(decode(bmp({ ...size, bits: 4, pixels: [0x23, 0, 0, 0, 0x01, 0, 0, 0] })), SQUARE)
  const oneBit = bmp({ width: 3, height: 1, bits: 1, palette: PALETTE.slice(0, 8), pixels: [0b01000000, 0, 0, 0] })
  assert.deepEqual(decode(oneBit), [...RED, ...GREEN, ...RED])
})

test('pixels of 16 bits are five bits a colour, or what the masks say', () => {
  const pixels = [0x00, 0x7c, 0xe0, 0x03, 0x1f, 0x00, 0xff, 0x7f]
  assert.deepEqual(decode(bmp({ width: 4, height: 1, bits: 16, pixels })), SQUARE)
  const masks = [0xf800, 0x07e0, 0x001f]
  const pixels565 = [0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0xff, 0xff]
  assert.deepEqual(decode(bmp({ width: 4, height: 1, bits: 16, compression: 3, masks, pixels: pixels565 })), SQUARE)
})

test('an alpha mask puts pixels on white; without one the fourth byte says nothing', () => {
  const pixels = [0, 0, 255, 0, 0, 0, 255, 255]
  const masks = [0xff0000, 0xff00, 0xff, 0xff000000]
  assert.deepEqual(decode(bmp({ width: 2, height: 1, bits: 32, compression: 3, masks, pixels })), [...WHITE, ...RED])
  assert.deepEqual(decode(bmp({ width: 2, height: 1, bits: 32, pixels })), [...RED, ...RED])
})

test('run-length coded pixels, with literals, jumps and line ends', () => {
  const size = { width: 4, height: 2, palette: PALETTE }
  const runs8 = [2, 2, 0, 0, 3, 1, 0, 3, 2, 3, 1, 0, 0, 1] // 2 blue, end of line; 3 green ... too short for a literal
  const expected = [...GREEN, ...GREEN, ...GREEN, ...BLUE, ...BLUE, ...BLUE, ...RED, ...RED]
  assert.deepEqual(decode(bmp({ ...size, bits: 8, compression: 1, pixels: runs8 })), expected)
  const runs4 = [4, 0x21, 0, 0, 0, 4, 0x01, 0x23, 0, 1]
  const expected4 = [...RED, ...GREEN, ...BLUE, ...WHITE, ...BLUE, ...GREEN, ...BLUE, ...GREEN]
  assert.deepEqual(decode(bmp({ ...size, bits: 4, compression: 2, pixels: runs4 })), expected4)
  const jump = [0, 2, 2, 1, 1, 3, 0, 1]
  const rest = [...RED, ...RED]
  assert.deepEqual(decode(bmp({ ...size, bits: 8, compression: 1, pixels: jump })), [
    ...[...rest, ...WHITE, ...RED],
    ...[...rest, ...rest],
  ])
})

test('a bitmap that is cut off is unreadable', () => {
  const file = bmp({ width: 20, height: 20, bits: 24, pixels: Array(1200).fill(7) })
  for (const length of [2, 20, 60, 300, file.length - 1]) {
    assert.throws(
      () => decode(file.subarray(0, length)),
      (error: SightlineError) => error.code === 'PictureUnreadable',
    )
  }
})

test('whatever the bytes of a bitmap say, it is decoded or unreadable', () => {
  const small = fc.integer({ min: -20, max: 20 })
  const header = fc.record({
    width: small,
    height: small,
    bits: fc.constantFrom(0, 1, 4, 8, 16, 24, 32, 64),
    compression: fc.integer({ min: 0, max: 7 }),
    palette: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 64 }),
    masks: fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 4 }),
    pixels: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 600 }),
  })
  fc.assert(
    fc.property(header, fc.integer({ min: 0, max: 700 }), (made, length) => {
      const file = bmp(made).subarray(0, 2 + length)
      try {
        const { data, width, height } = decodeBmp(file, readBmpHeader(file))
        assert.equal(data.length, width * height * 3)
      } catch (error) {
        assert.ok(error instanceof SightlineError, String(error))
      }
    }),
  )
})
