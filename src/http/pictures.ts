/**
 * The bytes of a picture that a request names: base64 in the request itself, or an address to fetch it from.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { problem } from '../errors.ts'
import type { PictureFetcher } from './picture-url.ts'
import { SLICE_BYTES } from './slices.ts'
import type { Uploads } from './uploads/uploads.ts'

/** @throws PictureEmpty, PictureNotBase64, UploadGone, and the errors of {@link PictureFetcher} */
export type PictureReader = (value: string, signal: AbortSignal) => Promise<Uint8Array>

export function createPictureReader(parts: {
  fetchPicture: PictureFetcher
  uploads: Pick<Uploads, 'read'>
}): PictureReader {
  return async (value, signal) => {
    if (!/^\s*https?:\/\//i.test(value)) {
      // What the request was parsed from may have taken its turn already.
      if (value.length > SLICE_BYTES) await nextTurn()
      return decodeBase64(value)
    }
    // What was uploaded here is read here: its address may not even be reachable from this machine.
    return parts.uploads.read(value.trim()) ?? parts.fetchPicture(value.trim(), signal)
  }
}

/**
 * Decodes base64 in both alphabets, with or without padding, line breaks and a `data:` prefix. A space inside counts
 * as `+`: that is what a `+` becomes that a client forgot to escape in a form.
 *
 * @throws PictureEmpty, PictureNotBase64
 */
export function decodeBase64(text: string): Buffer {
  const start = /^\s*data:[^,]{0,100};base64,/i.exec(text)?.[0].length ?? 0
  const digits = text.slice(start).trim()
  if (digits === '') throw problem('PictureEmpty', {})
  const bytes = Buffer.from(digits, 'base64')
  if (isWhole(digits, bytes)) return bytes
  if (/[^A-Za-z0-9+/_\-\s=]/.test(digits)) throw problem('PictureNotBase64', {})
  return Buffer.from(digits.replaceAll(' ', '+'), 'base64')
}

/** Whether each sign counted as a digit. What is no digit is skipped by the decoder, which is much faster than a pattern. */
function isWhole(digits: string, { length }: Uint8Array): boolean {
  const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0
  const count = digits.length - padding
  return count % 4 !== 1 && length === Math.floor((count * 3) / 4)
}
