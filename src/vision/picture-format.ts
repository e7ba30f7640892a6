/** What a file is, told from its first bytes: names and types that came with it are never believed. */

const PICTURE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'bmp', 'ppm'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

export function isPictureFormat(name: string): name is PictureFormat {
  return (PICTURE_FORMATS as readonly string[]).includes(name)
}

/** How far into a text file its root element is looked for. */
const TEXT_HEAD_BYTES = 1024

/** `at` = offset of the bytes in the file. */
const MAGIC: readonly { readonly at: number; readonly bytes: string; readonly is: string }[] = [
  { at: 0, bytes: '\xff\xd8\xff', is: 'jpeg' },
  { at: 0, bytes: '\x89PNG\r\n\x1a\n', is: 'png' },
  { at: 8, bytes: 'WEBP', is: 'webp' },
  { at: 0, bytes: 'GIF87a', is: 'gif' },
  { at: 0, bytes: 'GIF89a', is: 'gif' },
  { at: 0, bytes: 'II*\0', is: 'tiff' },
  { at: 0, bytes: 'MM\0*', is: 'tiff' },
  { at: 0, bytes: 'II+\0', is: 'tiff' },
  { at: 0, bytes: 'MM\0+', is: 'tiff' },
  { at: 0, bytes: 'BM', is: 'bmp' },
  { at: 0, bytes: '\0\0\0\x0cjP  ', is: 'JPEG 2000' },
  { at: 0, bytes: '\xff\x4f\xff\x51', is: 'JPEG 2000' },
  { at: 0, bytes: '\xff\x0a', is: 'JPEG XL' },
  { at: 0, bytes: '\0\0\0\x0cJXL ', is: 'JPEG XL' },
  { at: 0, bytes: '\0\0\x01\0', is: 'an icon (ICO)' },
  { at: 0, bytes: '8BPS', is: 'a Photoshop document' },
  { at: 0, bytes: '%PDF-', is: 'a PDF document' },
  { at: 0, bytes: 'PK\x03\x04', is: 'a ZIP archive' },
  { at: 0, bytes: '\x1f\x8b', is: 'a gzip archive' },
]

/** A format that is decoded here ({@link isPictureFormat}), or words for what the bytes are instead. */
export function sniffFormat(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, TEXT_HEAD_BYTES)).toString('latin1')
  const found = MAGIC.find(({ at, bytes: magic }) => head.startsWith(magic, at))
  if (found) return found.is
  if (head.startsWith('ftyp', 4)) return isobmffFormat(head)
  if (/^P[2356]\s/.test(head)) return 'ppm'
  return textFormat(head)
}

/** AVIF and HEIC share their container; the brands tell them apart. */
function isobmffFormat(head: string): string {
  const boxBytes = Math.min(Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE(0), head.length)
  const brands = [head.slice(8, 12), ...(head.slice(16, boxBytes).match(/.{4}/gs) ?? [])]
  if (brands[0] === 'avis') return 'a sequence of AVIF pictures'
  if (brands.includes('avif')) return 'avif'
  return brands.some((brand) => /^(hei|hev|mif1|msf1)/.test(brand)) ? 'HEIC' : 'a video'
}

function textFormat(head: string): string {
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (/^<(\?xml|!doctype|!--|svg)/i.test(text) && /<svg[\s>]/i.test(text)) return 'SVG'
  if (/^<(!doctype html|html|head|body)/i.test(text)) return 'an HTML page'
  if (/^<(\?xml|\w+[\s>])/.test(text)) return 'an XML document'
  if (/^[[{]/.test(text)) return 'JSON'
  return 'bytes of no known picture format'
}
