/**
 * Windows bitmaps, which the prebuilt libvips does not read: 1 to 32 bits a pixel, palette, RLE4, RLE8 and bit masks.
 *
 * Layout: BITMAPFILEHEADER and the BITMAP*HEADER structures of the Win32 API.
 */
import { problem } from '../errors.ts'
import type { RawPicture } from './raw-picture.ts'

export interface BmpHeader {
  readonly width: number
  readonly height: number
  readonly isTopDown: boolean
  readonly bitsPerPixel: number
  readonly coding: 'plain' | 'rle4' | 'rle8'
  /** Where the pixels start in the file. */
  readonly pixelsAt: number
  /** RGB triplets. */
  readonly palette: Uint8Array
  /** Red, green, blue, alpha; absent where the pixel is an index or plain BGR. */
  readonly masks?: readonly [number, number, number, number]
}

const FILE_HEADER_BYTES = 14
const CORE_HEADER_BYTES = 12
const INFO_HEADER_BYTES = 40
const BI_RGB = 0
const BI_RLE8 = 1
const BI_RLE4 = 2
const BI_BITFIELDS = 3
const BI_ALPHABITFIELDS = 6
/** What 16-bit pixels without masks are: 5 bits a colour. */
const RGB555 = [0x7c00, 0x03e0, 0x001f, 0] as const

/** @throws PictureUnreadable */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES) throw unreadable('the header is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const headerBytes = view.getUint32(14, true)
  const isCore = headerBytes === CORE_HEADER_BYTES
  if (!isCore && (headerBytes < INFO_HEADER_BYTES || headerBytes > 1024 || bytes.length < 70))
    throw unreadable(`a header of ${headerBytes} bytes is not known`)
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true)
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true)
  const compression = isCore ? BI_RGB : view.getUint32(30, true)
  if (width <= 0 || signedHeight === 0) throw unreadable('the picture has no pixels')
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) throw unreadable(`${bitsPerPixel} bits a pixel are not known`)

  const hasMasks = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS
  const isRle = (compression === BI_RLE8 && bitsPerPixel === 8) || (compression === BI_RLE4 && bitsPerPixel === 4)
  if (!isRle && compression !== BI_RGB && !(hasMasks && bitsPerPixel >= 16))
    throw unreadable(`compression ${compression} with ${bitsPerPixel} bits a pixel is not known`)
  const hasAlphaMask = compression === BI_ALPHABITFIELDS || headerBytes >= 56
  const mask = (at: number): number => view.getUint32(at, true)
  return {
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bitsPerPixel,
    coding: isRle ? (bitsPerPixel === 8 ? 'rle8' : 'rle4') : 'plain',
    pixelsAt: view.getUint32(10, true),
    palette: bitsPerPixel <= 8 ? readPalette(view, headerBytes, bitsPerPixel) : new Uint8Array(0),
    ...(hasMasks
      ? { masks: [mask(54), mask(58), mask(62), hasAlphaMask ? mask(66) : 0] as const }
      : bitsPerPixel === 16
        ? { masks: RGB555 }
        : {}),
  }
}

/** Blue, green, red (and a byte of nothing) an entry; entries that the file lacks stay black. */
function readPalette(view: DataView, headerBytes: number, bitsPerPixel: number): Uint8Array {
  const entryBytes = headerBytes === CORE_HEADER_BYTES ? 3 : 4
  const palette = new Uint8Array(3 * 2 ** bitsPerPixel)
  const used = entryBytes === 4 ? view.getUint32(46, true) : 0
  const entries = Math.min(used || 2 ** bitsPerPixel, 2 ** bitsPerPixel)
  for (let entry = 0; entry < entries; entry++) {
    const at = FILE_HEADER_BYTES + headerBytes + entry * entryBytes
    if (at + 3 > view.byteLength) break
    for (let i = 0; i < 3; i++) palette[entry * 3 + i] = view.getUint8(at + 2 - i)
  }
  return palette
}

/** @throws PictureUnreadable */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): RawPicture {
  const { width, height, isTopDown, bitsPerPixel } = header
  const indices = header.coding === 'plain' ? undefined : decodeRle(bytes, header)
  const rowBytes = indices ? width : Math.floor((bitsPerPixel * width + 31) / 32) * 4
  const source = indices ?? bytes.subarray(header.pixelsAt)
  if (source.length < rowBytes * (height - 1) + Math.ceil((bitsPerPixel * width) / 8))
    throw unreadable(`${rowBytes * height} bytes of pixels were expected, but ${source.length} are there`)
  const paint = rowPainter(indices ? { ...header, bitsPerPixel: 8 } : header)
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const fromRow = isTopDown ? y : height - 1 - y
    paint(source.subarray(fromRow * rowBytes), data, y * width * 3)
  }
  return { data, width, height }
}

type RowPainter = (row: Uint8Array, to: Uint8Array, at: number) => void

function rowPainter(header: BmpHeader): RowPainter {
  const { width, bitsPerPixel, palette, masks } = header
  if (masks) return maskedRowPainter(header, masks)
  if (bitsPerPixel <= 8) {
    const perByte = 8 / bitsPerPixel
    return (row, to, at) => {
      for (let x = 0; x < width; x++) {
        const shift = 8 - bitsPerPixel * ((x % perByte) + 1)
        const index = (row[Math.floor(x / perByte)]! >> shift) & (2 ** bitsPerPixel - 1)
        to.set(palette.subarray(index * 3, index * 3 + 3), at + x * 3)
      }
    }
  }
  const step = bitsPerPixel / 8
  return (row, to, at) => {
    for (let x = 0; x < width; x++) for (let i = 0; i < 3; i++) to[at + x * 3 + i] = row[x * step + 2 - i]!
  }
}

function maskedRowPainter({ width, bitsPerPixel }: BmpHeader, masks: readonly number[]): RowPainter {
  const [red, green, blue] = masks.map((mask) => maskedShare(mask, 0)) as [Share, Share, Share]
  const opacity = maskedShare(masks[3]!, 1)
  const step = bitsPerPixel / 8
  return (row, to, at) => {
    for (let x = 0; x < width; x++) {
      let pixel = 0
      for (let i = step - 1; i >= 0; i--) pixel = pixel * 256 + row[x * step + i]!
      const alpha = opacity(pixel)
      to[at + x * 3] = onWhite(red(pixel), alpha)
      to[at + x * 3 + 1] = onWhite(green(pixel), alpha)
      to[at + x * 3 + 2] = onWhite(blue(pixel), alpha)
    }
  }
}

/** 0..1 */
type Share = (pixel: number) => number

function maskedShare(mask: number, withoutMask: number): Share {
  if (mask === 0) return () => withoutMask
  const shift = 31 - Math.clz32(mask & -mask)
  const max = mask >>> shift
  return (pixel) => ((pixel & mask) >>> shift) / max
}

function onWhite(value: number, alpha: number): number {
  return Math.round(255 * (1 - (1 - value) * alpha))
}

/** RLE4 and RLE8 into one palette index a byte, rows in the file's order; what the code skips is index 0. */
function decodeRle(bytes: Uint8Array, { width, height, coding, pixelsAt }: BmpHeader): Uint8Array {
  const indices = new Uint8Array(width * height)
  let at = pixelsAt
  let x = 0
  let y = 0
  const put = (index: number): void => {
    if (x < width && y < height) indices[y * width + x] = index
    x++
  }
  const next = (): number => {
    const byte = bytes[at++]
    if (byte === undefined) throw unreadable('the pixels are cut off')
    return byte
  }
  while (y < height) {
    const count = next()
    const value = next()
    if (count > 0) {
      for (let i = 0; i < count; i++) put(coding === 'rle8' ? value : i % 2 ? value & 15 : value >> 4)
    } else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) {
      break
    } else if (value === 2) {
      x += next()
      y += next()
    } else {
      // Literal pixels, padded to an even number of bytes.
      const literalBytes = coding === 'rle8' ? value : Math.ceil(value / 2)
      for (let i = 0; i < literalBytes; i++) {
        const byte = next()
        if (coding === 'rle8') put(byte)
        else {
          put(byte >> 4)
          if (i * 2 + 1 < value) put(byte & 15)
        }
      }
      if (literalBytes % 2) next()
    }
  }
  return indices
}

function unreadable(reason: string): Error {
  return problem('PictureUnreadable', { reason: `BMP: ${reason}` })
}
