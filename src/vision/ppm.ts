/** Netpbm's grey and colour maps (P2, P3, P5, P6), which the prebuilt libvips does not read. */
import { problem } from '../errors.ts'
import type { RawPicture } from './raw-picture.ts'

export interface PpmHeader {
  readonly width: number
  readonly height: number
  readonly isColour: boolean
  readonly isText: boolean
  /** Value of full brightness, up to 65535. */
  readonly max: number
  readonly pixelsAt: number
}

/** @throws PictureUnreadable */
export function readPpmHeader(bytes: Uint8Array): PpmHeader {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
  const gap = String.raw`(?:\s|#[^\n\r]*[\n\r])+`
  const match = new RegExp(`^P([2356])${gap}(\\d{1,9})${gap}(\\d{1,9})${gap}(\\d{1,5})\\s`).exec(head)
  if (!match) throw unreadable('the header does not parse')
  const [all, kind, width, height, max] = match
  const header = { width: Number(width), height: Number(height), max: Number(max), pixelsAt: all.length }
  if (header.width === 0 || header.height === 0) throw unreadable('the picture has no pixels')
  if (header.max === 0 || header.max > 65_535) throw unreadable(`a highest value of ${header.max} is not allowed`)
  return { ...header, isColour: kind === '3' || kind === '6', isText: kind === '2' || kind === '3' }
}

/** @throws PictureUnreadable */
export function decodePpm(bytes: Uint8Array, header: PpmHeader): RawPicture {
  const { width, height, isColour, max } = header
  const count = width * height * (isColour ? 3 : 1)
  const samples = header.isText ? textSamples(bytes, header, count) : binarySamples(bytes, header, count)
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < data.length; i++) {
    const sample = samples(isColour ? i : Math.floor(i / 3))
    data[i] = Math.min(255, Math.round((sample * 255) / max))
  }
  return { data, width, height }
}

type Samples = (index: number) => number

function binarySamples(bytes: Uint8Array, { pixelsAt, max }: PpmHeader, count: number): Samples {
  const sampleBytes = max > 255 ? 2 : 1
  if (bytes.length - pixelsAt < count * sampleBytes) throw unreadable('the pixels are cut off')
  if (sampleBytes === 1) return (index) => bytes[pixelsAt + index]!
  return (index) => bytes[pixelsAt + 2 * index]! * 256 + bytes[pixelsAt + 2 * index + 1]!
}

function textSamples(bytes: Uint8Array, { pixelsAt }: PpmHeader, count: number): Samples {
  // A sample takes a digit and a gap at least, so a short file cannot claim a large picture.
  if (bytes.length - pixelsAt < 2 * count - 1) throw unreadable('the pixels are cut off')
  const values = new Uint16Array(count)
  let found = 0
  let at = pixelsAt
  while (found < count) {
    while (at < bytes.length && !isDigit(bytes[at]!)) at++
    if (at >= bytes.length) throw unreadable('the pixels are cut off')
    let value = 0
    while (at < bytes.length && isDigit(bytes[at]!)) value = value * 10 + bytes[at++]! - 48
    values[found++] = Math.min(value, 65_535)
  }
  return (index) => values[index]!
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function unreadable(reason: string): Error {
  return problem('PictureUnreadable', { reason: `PPM: ${reason}` })
}
