import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { writeInStrokes } from './captions.ts'
import { drawContactSheet } from './contact-sheet.ts'

const red = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#d02020' } })
  .jpeg()
  .toBuffer()
const blue = await sharp({ create: { width: 200, height: 300, channels: 3, background: '#2020d0' } })
  .png()
  .toBuffer()

test('a contact sheet shows the query at the left and every result with its picture', async () => {
  const png = await drawContactSheet({
    query: { picture: red, region: { x1: 100, x2: 200, y1: 50, y2: 150 } },
    title: 'Shirts & <ties>',
    facts: ['one', 'two'],
    results: Array.from({ length: 7 }, (_, i) => ({
      picture: blue,
      score: 1 - i / 7,
      productId: `product ${i}`,
      picName: '图片.jpg',
      category: 'Tops',
    })),
  })
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ]
  const isNear = (found: number[], wanted: number[]): boolean => found.every((c, i) => Math.abs(c - wanted[i]!) < 24)
  assert.ok(isNear(at(48 + 60, 92 + 200), [0xd0, 0x20, 0x20]), 'the query')
  assert.ok(isNear(at(info.width - 48 - 112, 92 + 150), [0x20, 0x20, 0xd0]), 'the fifth result')
  assert.ok(info.height > 700, 'a second row')
})

test('a contact sheet needs no picture: results of a filter without thumbnails are drawn as well', async () => {
  const png = await drawContactSheet({
    title: 'By filter',
    facts: [],
    results: [{ productId: 'p', picName: 'n', category: 'Others' }],
  })
  assert.equal((await sharp(png).metadata()).format, 'png')
})

test('where there are no fonts, captions are drawn in strokes', async () => {
  const svg = writeInStrokes('Score 0.93', { x: 5, y: 40, size: 30, colour: '#000', maxWidth: 200 })
  const { channels } = await sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="210" height="60">${svg}</svg>`),
  ).stats()
  assert.doesNotMatch(svg, /<text/)
  assert.ok(channels[3]!.mean > 5)
})
