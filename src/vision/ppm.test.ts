import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SightlineError } from '../errors.ts'
import { decodePpm, readPpmHeader } from './ppm.ts'

function decode(...parts: (string | number[])[]): number[] {
  const file = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
  return [...decodePpm(file, readPpmHeader(file)).data]
}

test('colour and grey maps, as bytes and as text, with comments and other highest values', () => {
  assert.deepEqual(decode('P6\n2 1\n255\n', [1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6])
  assert.deepEqual(decode('P6 # made by\n2 # wide\n1 65535 ', [255, 255, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0]), [
    ...[255, 0, 128],
    ...[0, 0, 0],
  ])
  assert.deepEqual(decode('P5 2 1 255\n', [7, 9]), [7, 7, 7, 9, 9, 9])
  assert.deepEqual(decode('P3\n1 1\n15\n15 0\n3'), [255, 0, 51])
  assert.deepEqual(decode('P2 2 1 1\n1 0\n'), [255, 255, 255, 0, 0, 0])
})

test('a map that is cut off or makes no sense is unreadable', () => {
  const isUnreadable = (error: SightlineError): boolean => error.code === 'PictureUnreadable'
  assert.throws(() => decode('P6 2 2 255\n', [1, 2, 3]), isUnreadable)
  assert.throws(() => decode('P3 2 2 255\n1 2 3 4 5 6 7 8 9 10'), isUnreadable)
  assert.throws(() => decode('P3 30000 30000 255\n1 2 3'), isUnreadable)
  assert.throws(() => decode('P6 0 2 255\n'), isUnreadable)
  assert.throws(() => decode('P6 2 2 70000\n', Array(64).fill(1)), isUnreadable)
  assert.throws(() => decode('P6 two 2 255\n'), isUnreadable)
})

test('whatever follows the mark of a map, it is decoded or unreadable', () => {
  const part = fc.oneof(fc.constantFrom(' ', '\n', '#', '2', '3', '255', '1', '65535'), fc.string({ maxLength: 3 }))
  fc.assert(
    fc.property(fc.constantFrom('P2', 'P3', 'P5', 'P6'), fc.array(part, { maxLength: 30 }), (mark, parts) => {
      try {
        decode(`${mark} ${parts.join('')}`)
      } catch (error) {
        assert.ok(error instanceof SightlineError, String(error))
      }
    }),
  )
})
