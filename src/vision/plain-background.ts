import type { Region } from './index.ts'
import type { RawPicture } from './raw-picture.ts'

/** A pixel is background when no colour differs by more from the border's median. */
const TOLERANCE = 24
/** Share of the border that must be background for the picture to have a plain one. */
const PLAIN_SHARE = 0.85
/** Least share of the picture that a subject takes; share of its pixels that may stick out on each side. */
const MIN_SUBJECT_SHARE = 0.005
const TRIM_SHARE = 0.005

/**
 * The box of everything on a plain background (a studio picture, a scan), in pixels of `picture`.
 *
 * @returns the whole picture where nothing is on it; undefined where the background is not plain
 */
export function plainBackgroundBox(picture: RawPicture): Region | undefined {
  const { data, width, height } = picture
  const background = borderColour(picture)
  if (!background) return undefined
  const columns = new Uint32Array(width)
  const rows = new Uint32Array(height)
  let total = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isNear(data, (y * width + x) * 3, background)) continue
      columns[x]!++
      rows[y]!++
      total++
    }
  }
  if (total < width * height * MIN_SUBJECT_SHARE) return { x1: 0, x2: width, y1: 0, y2: height }
  const [x1, x2] = extent(columns, total * TRIM_SHARE)
  const [y1, y2] = extent(rows, total * TRIM_SHARE)
  return { x1, x2, y1, y2 }
}

type Colour = readonly [number, number, number]

/** Median colour of the outermost pixels when most of them are near it. */
function borderColour({ data, width, height }: RawPicture): Colour | undefined {
  const last = (width * height - 1) * 3
  const length = 2 * (width + height)
  const border = new Uint32Array(length)
  for (let x = 0; x < width; x++) {
    border[x] = x * 3
    border[width + x] = last - x * 3
  }
  for (let y = 0; y < height; y++) {
    border[2 * width + y] = y * width * 3
    border[2 * width + height + y] = last - y * width * 3
  }
  const colour: Colour = [median(data, border, 0), median(data, border, 1), median(data, border, 2)]
  let near = 0
  for (const at of border) if (isNear(data, at, colour)) near++
  return near >= length * PLAIN_SHARE ? colour : undefined
}

/** Median of the bytes at `places` moved by `channel`, by counting: sorting them takes as long as all the rest here. */
function median(data: Uint8Array, places: Uint32Array, channel: number): number {
  const counts = new Uint32Array(256)
  for (const at of places) counts[data[at + channel]!]!++
  let value = 0
  for (let passed = counts[0]!; passed <= places.length >> 1; passed += counts[value]!) value++
  return value
}

function isNear(data: Uint8Array, at: number, colour: Colour): boolean {
  return (
    Math.abs(data[at]! - colour[0]) <= TOLERANCE &&
    Math.abs(data[at + 1]! - colour[1]) <= TOLERANCE &&
    Math.abs(data[at + 2]! - colour[2]) <= TOLERANCE
  )
}

/** First and last+1 index once `trim` counts are cut from either end. */
function extent(counts: Uint32Array, trim: number): [number, number] {
  let first = 0
  let last = counts.length - 1
  for (let cut = counts[first]!; cut <= trim && first < last; cut += counts[first]!) first++
  for (let cut = counts[last]!; cut <= trim && last > first; cut += counts[last]!) last--
  return [first, last + 1]
}
