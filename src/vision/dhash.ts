import type { RawPicture } from './raw-picture.ts'

const COLUMNS = 9
const ROWS = 8

/**
 * 64-bit difference hash: whether brightness rises from each of 9x8 cells to its right neighbour.
 *
 * @returns 8 bytes, a row a byte, first row first, leftmost pair in the highest bit
 */
export function dhash({ data, width, height }: RawPicture): Uint8Array {
  const edge = (column: number): number => Math.ceil((column * width) / COLUMNS)
  const means = new Float64Array(COLUMNS * ROWS)
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * ROWS) / height)
    for (let column = 0; column < COLUMNS; column++) {
      let sum = 0
      const end = (y * width + edge(column + 1)) * 3
      // Luma of ITU-R BT.601 in thousandths.
      for (let at = (y * width + edge(column)) * 3; at < end; at += 3)
        sum += 299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!
      means[row * COLUMNS + column]! += sum / (edge(column + 1) - edge(column))
    }
  }
  const hash = new Uint8Array(ROWS)
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS - 1; column++) {
      const cell = row * COLUMNS + column
      if (means[cell + 1]! > means[cell]!) hash[row]! |= 0x80 >> column
    }
  }
  return hash
}
