import sharp, { type Sharp } from 'sharp'

/** Decoded pixels: RGB bytes, row by row, first row on top. */
export interface RawPicture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

export function sharpOfRaw({ data, width, height }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** The square of `side` pixels in the middle; neither side of the picture may be shorter. */
export function cropCentre({ data, width, height }: RawPicture, side: number): Uint8Array {
  const { left, top } = centreOffset(width, height, side)
  const square = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * 3
    square.set(data.subarray(from, from + side * 3), y * side * 3)
  }
  return square
}

export function centreOffset(width: number, height: number, side: number): { left: number; top: number } {
  return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2) }
}
