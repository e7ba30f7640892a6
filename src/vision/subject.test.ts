import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Region } from './index.ts'
import type { RawPicture } from './raw-picture.ts'
import { findSubjects } from './subject.ts'

/** 244x183 as a picture of 488x366 is resized, with a black box on white or on noise. */
function scene(box: Region | undefined, isPlain: boolean): RawPicture {
  const [width, height] = [244, 183]
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const isInside = box && x >= box.x1 && x < box.x2 && y >= box.y1 && y < box.y2
    const background = isPlain ? 250 : ((x * 7919 + y * 104_729) % 256) / 1.2
    data.fill(isInside ? 0 : background, i * 3, i * 3 + 3)
  }
  return { data, width, height }
}

function saliency(...bright: [column: number, row: number][]): Float32Array {
  const map = new Float32Array(25).fill(0.1)
  for (const [column, row] of bright) map[row * 5 + column] = 1
  return map
}

const size = { width: 488, height: 366, inputSide: 160 }

test('on a plain background the subject is the box of what differs from it', () => {
  const picture = scene({ x1: 20, x2: 80, y1: 30, y2: 150 }, true)
  const [subject] = findSubjects({ ...size, picture, saliency: saliency([4, 4]) })
  assert.deepEqual(subject, { x1: 40, x2: 160, y1: 60, y2: 300 })
})

test('with nothing on a plain background the subject is the whole picture', () => {
  const [subject] = findSubjects({ ...size, picture: scene(undefined, true), saliency: saliency([2, 2]) })
  assert.deepEqual(subject, { x1: 0, x2: 488, y1: 0, y2: 366 })
})

test('elsewhere subjects are the islands of the saliency map, the heaviest first', () => {
  const map = saliency([0, 0], [3, 3], [4, 3], [3, 4], [4, 4])
  const regions = findSubjects({ ...size, picture: scene(undefined, false), saliency: map })
  assert.equal(regions.length, 2)
  const [first, second] = regions as [Region, Region]
  assert.ok(first.x1 > 244 && first.y1 > 183, JSON.stringify(first))
  assert.ok(second.x2 < 244 && second.y2 < 183, JSON.stringify(second))
  // Beyond the square that the model saw, half of what is left.
  assert.ok(first.x2 > 410 && first.x2 < 488, JSON.stringify(first))
  for (const { x1, x2, y1, y2 } of regions) {
    assert.ok(0 <= x1 && x1 < x2 && x2 <= 488 && 0 <= y1 && y1 < y2 && y2 <= 366)
    assert.ok([x1, x2, y1, y2].every(Number.isInteger))
  }
})

test('a map without any difference is one subject', () => {
  const flat = new Float32Array(25).fill(0.5)
  assert.equal(findSubjects({ ...size, picture: scene(undefined, false), saliency: flat }).length, 1)
})
