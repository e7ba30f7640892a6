/**
 * Bytes -> checked, upright sRGB pixels at the sizes that are needed; nothing but these functions sees a picture's bytes.
 *
 * Formats that libvips reads go to it as a buffer (given a path, it would follow references to other files).
 */
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { problem, SightlineError } from '../errors.ts'
import { decodeBmp, readBmpHeader } from './bmp.ts'
import type { Region } from './index.ts'
import { readJpegHeader } from './jpeg-header.ts'
import { isPictureFormat, type PictureFormat, sniffFormat } from './picture-format.ts'
import type { PictureRules } from './picture-rules.ts'
import { decodePpm, readPpmHeader } from './ppm.ts'
import { type RawPicture, sharpOfRaw } from './raw-picture.ts'

/** A picture that keeps the rules; nothing is decoded yet. */
export interface OpenPicture {
  readonly bytes: Uint8Array
  readonly format: PictureFormat
  /** Pixels of the upright picture. */
  readonly width: number
  readonly height: number
  /** Decoded row by row: its size does not show in memory. */
  readonly isStreamed: boolean
}

/** Beyond this a resized picture is squeezed, so that a strip of 20000x10 stays small; the vector sees the middle anyway. */
const MAX_ASPECT = 16
/** Whatever the rules say: libheif takes 17 bytes a pixel, twice as much as any other decoder. */
const AVIF_MAX_PIXELS = 32_000_000
/** libvips gives up on a picture after this; the pool kills a worker that is stuck elsewhere. */
const DECODE_TIMEOUT_S = 15

/**
 * Reads the header and holds the picture against the rules.
 *
 * @throws PictureEmpty, PictureTooHeavy, PictureFormatUnsupported, PictureUnreadable, PictureTooSmall, PictureTooLarge,
 * PictureRotated
 */
export async function openPicture(bytes: Uint8Array, rules: PictureRules): Promise<OpenPicture> {
  if (bytes.length === 0) throw problem('PictureEmpty', {})
  if (bytes.length > rules.maxBytes) throw problem('PictureTooHeavy', { bytes: bytes.length, max: rules.maxBytes })
  const format = sniffFormat(bytes)
  if (!isPictureFormat(format)) throw unsupported(format, rules)
  if (!rules.formats.has(format)) throw unsupported(format.toUpperCase(), rules)
  const { width, height, orientation, isStreamed } = await readHeader(bytes, format, rules)
  const maxPixels = format === 'avif' ? Math.min(rules.maxPixels, AVIF_MAX_PIXELS) : rules.maxPixels
  checkSize(width, height, { ...rules, maxPixels })
  if (rules.refuseRotated && orientation > 1) throw problem('PictureRotated', { orientation })
  return { bytes, format, width, height, isStreamed }
}

interface Header {
  readonly width: number
  readonly height: number
  readonly orientation: number
  readonly isStreamed: boolean
}

async function readHeader(bytes: Uint8Array, format: PictureFormat, rules: PictureRules): Promise<Header> {
  if (format === 'bmp') return { ...readBmpHeader(bytes), orientation: 1, isStreamed: false }
  if (format === 'ppm') return { ...readPpmHeader(bytes), orientation: 1, isStreamed: false }
  const jpeg = format === 'jpeg' ? readJpegHeader(bytes) : undefined
  if (jpeg) {
    const { width, height, orientation, isProgressive } = jpeg
    const upright = orientation > 4 ? { width: height, height: width } : { width, height }
    return { ...upright, orientation, isStreamed: !isProgressive }
  }
  // Without a limit, so that the error can say how large the picture is: only the header is read.
  const found = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw problem('PictureUnreadable', { reason: `the header of the ${format.toUpperCase()} is damaged` }, { cause })
    })
  if (found.compression === 'hevc') throw unsupported('HEIC', rules)
  const { width, height } = found.autoOrient
  const orientation = found.orientation ?? 1
  // A rotated JPEG is turned after it was made small; progressive and interlaced pictures come whole or not at all.
  const isStreamed = (format === 'jpeg' || (format === 'png' && orientation === 1)) && !found.isProgressive
  return { width, height, orientation, isStreamed }
}

function checkSize(width: number, height: number, rules: PictureRules): void {
  const { minSide, maxSide, maxPixels } = rules
  if (Math.min(width, height) < minSide) throw problem('PictureTooSmall', { width, height, min: minSide })
  if (Math.max(width, height) > maxSide)
    throw problem('PictureTooLarge', { width, height, max: `${maxSide} px a side` })
  if (width * height > maxPixels)
    throw problem('PictureTooLarge', { width, height, max: `${Math.round(maxPixels / 1e5) / 10} megapixels` })
}

/** Size of a picture once its shorter side is `side`. */
export function sizeAtShorterSide(width: number, height: number, side: number): { width: number; height: number } {
  const scale = side / Math.min(width, height)
  const scaled = (length: number): number => Math.min(Math.round(length * scale), side * MAX_ASPECT)
  return { width: scaled(width), height: scaled(height) }
}

/**
 * Decodes the picture, or a region of it, with its shorter side at `side`.
 *
 * Upright, sRGB, transparent pixels on white, the first frame or page; resized with antialiased bilinear filtering
 * (a JPEG is decoded at half, a quarter or an eighth where at least twice the size remains: no vector moves by more than .002).
 *
 * @throws PictureUnreadable
 */
export async function decodeAtShorterSide(picture: OpenPicture, side: number, region?: Region): Promise<RawPicture> {
  const from = region ? { width: region.x2 - region.x1, height: region.y2 - region.y1 } : picture
  const size = sizeAtShorterSide(from.width, from.height, side)
  try {
    const image = upright(picture)
    if (region) image.extract({ left: region.x1, top: region.y1, ...from })
    const { data, info } = await image
      .flatten({ background: '#ffffff' })
      .resize({ ...size, fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .timeout({ seconds: DECODE_TIMEOUT_S })
      .toBuffer({ resolveWithObject: true })
    return { data, width: info.width, height: info.height }
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    // Not libvips' own words: its messages of pictures that are decoded at the same time run into one another.
    const isTimeout = cause instanceof Error && cause.message.startsWith('timeout')
    const reason = isTimeout
      ? `it took longer than ${DECODE_TIMEOUT_S} s`
      : `the ${picture.format.toUpperCase()} is damaged or cut off`
    throw problem('PictureUnreadable', { reason }, { cause })
  }
}

function upright({ bytes, format, width, height }: OpenPicture): Sharp {
  if (format === 'bmp') return sharpOfRaw(decodeBmp(bytes, readBmpHeader(bytes)))
  if (format === 'ppm') return sharpOfRaw(decodePpm(bytes, readPpmHeader(bytes)))
  // `truncated`: a picture that is cut off is an error, all lesser damage is mended.
  const options: SharpOptions = { limitInputPixels: width * height, failOn: 'truncated' }
  return sharp(bytes, options).autoOrient()
}

function unsupported(format: string, rules: PictureRules): Error {
  return problem('PictureFormatUnsupported', { format, expected: [...rules.formats].join(', ').toUpperCase() })
}
