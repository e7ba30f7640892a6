/** Size and orientation of a JPEG from its first bytes: asking libvips costs 4 % of all the work on a picture. */

export interface JpegHeader {
  /** Pixels as stored, before the orientation. */
  readonly width: number
  readonly height: number
  /** Exif's: 1 to 8. */
  readonly orientation: number
  readonly isProgressive: boolean
}

const EXIF = 'Exif\0\0'
const APP1 = 0xe1
const START_OF_SCAN = 0xda
/** Baseline, extended and progressive; all others are for libvips to say what it makes of them. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2])
const PROGRESSIVE = 0xc2
/** Exif's tag of the orientation, its type (a short) and the bytes of an entry. */
const ORIENTATION = 0x0112
const SHORT = 3
const ENTRY_BYTES = 12

/** @returns undefined for anything out of the ordinary */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let frame: Pick<JpegHeader, 'width' | 'height' | 'isProgressive'> | undefined
  let orientation: number | undefined
  // Past the two bytes that begin the file there is one segment after the other: FF, marker, length, content.
  for (let at = 2; at + 4 <= bytes.length; ) {
    const [start, marker, length] = [bytes[at], bytes[at + 1]!, view.getUint16(at + 2)]
    const end = at + 2 + length
    if (start !== 0xff || length < 2 || end > bytes.length) return undefined
    if (marker === START_OF_SCAN) return frame && { ...frame, orientation: orientation ?? 1 }
    if (isFrame(marker)) {
      if (frame || !FRAMES.has(marker) || length < 8) return undefined
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      if (width === 0 || height === 0) return undefined
      frame = { width, height, isProgressive: marker === PROGRESSIVE }
    }
    if (marker === APP1 && text(bytes, at + 4, EXIF.length) === EXIF) {
      if (orientation !== undefined) return undefined
      orientation = readOrientation(bytes.subarray(at + 4 + EXIF.length, end))
      if (orientation === undefined) return undefined
    }
    at = end
  }
  return undefined
}

/** SOF0 to SOF15, among which are three markers of other things. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** @param tiff what follows the name of an Exif segment: byte order, offset of the first directory, its entries */
function readOrientation(tiff: Uint8Array): number | undefined {
  const order = text(tiff, 0, 4)
  if (tiff.length < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return undefined
  const isLittle = order.startsWith('I')
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > tiff.length) return undefined
  const count = view.getUint16(directory, isLittle)
  if (directory + 2 + count * ENTRY_BYTES > tiff.length) return undefined
  for (let entry = directory + 2; entry < directory + 2 + count * ENTRY_BYTES; entry += ENTRY_BYTES) {
    if (view.getUint16(entry, isLittle) !== ORIENTATION) continue
    const value = view.getUint16(entry + 8, isLittle)
    const isUsual = view.getUint16(entry + 2, isLittle) === SHORT && value >= 1 && value <= 8
    return isUsual ? value : undefined
  }
  return 1
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
