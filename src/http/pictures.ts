/**
 * The bytes of a picture that a request names: base64 in the request itself, or an address to fetch it from.
 */
import { problem } from '../errors.ts'
import type { PictureFetcher } from './picture-url.ts'

/** @throws PictureEmpty, PictureNotBase64, and the errors of {@link PictureFetcher} */
export type PictureReader = (value: string, signal: AbortSignal) => Promise<Uint8Array>

export function createPictureReader({ fetchPicture }: { fetchPicture: PictureFetcher }): PictureReader {
  return async (value, signal) =>
    /^\s*https?:\/\//i.test(value) ? fetchPicture(value.trim(), signal) : decodeBase64(value)
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
  if (/[^A-Za-z0-9+/_\-\s=]/.test(digits)) throw problem('PictureNotBase64', {})
  return Buffer.from(digits.replaceAll(' ', '+'), 'base64')
}
