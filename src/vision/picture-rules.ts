import type { PictureFormat } from './picture-format.ts'

/** Which pictures are taken; checked in this order: bytes, format, sides, pixels, rotation. */
export interface PictureRules {
  readonly name: string
  readonly maxBytes: number
  /** Pixels a side. */
  readonly minSide: number
  readonly maxSide: number
  /** Width x height at most, checked before decoding. */
  readonly maxPixels: number
  readonly formats: ReadonlySet<PictureFormat>
  /** true = an EXIF orientation other than 1 is an error instead of being applied. */
  readonly refuseRotated: boolean
}

const MIB = 1024 * 1024

/** The sets that an instance chooses from by its `pictureRules`; the cloud's are of its limits page and its older one. */
export const PICTURE_RULES = {
  open: {
    name: 'open',
    maxBytes: 20 * MIB,
    minSide: 10,
    maxSide: 65_535,
    maxPixels: 64_000_000,
    formats: new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'bmp', 'ppm']),
    refuseRotated: false,
  },
  cloud: {
    name: 'cloud',
    maxBytes: 4 * MIB,
    minSide: 100,
    maxSide: 4096,
    maxPixels: 4096 * 4096,
    formats: new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'bmp', 'ppm']),
    refuseRotated: true,
  },
  'cloud-2020': {
    name: 'cloud-2020',
    maxBytes: 2 * MIB,
    minSide: 200,
    maxSide: 1024,
    maxPixels: 1024 * 1024,
    formats: new Set(['jpeg', 'png']),
    refuseRotated: true,
  },
} as const satisfies Record<string, PictureRules>
