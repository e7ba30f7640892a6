/**
 * What a signed request claims, before it is believed: each signature family reads one from the wire.
 */
import { timingSafeEqual } from 'node:crypto'
import { clip, problem } from '../../errors.ts'

export interface Claim {
  readonly accessKeyId: string
  /** Of temporary credentials. */
  readonly securityToken?: string
  /** Absent = the client's family has none (legacy ROA clients). */
  readonly nonce?: string
  /** When the client signed, milliseconds since 1970. */
  readonly signedMs: number
  /** As sent; equal for byte-identical requests, different for all others. */
  readonly signature: string
  /** @throws SignatureMismatch */
  verify(secret: string): Promise<void>
}

/** At most so much of a string to sign goes into an answer: with RPC signatures it contains the picture. */
export const SHOWN_CHARACTERS = 2000

/**
 * Compares in constant time.
 *
 * @param stringToSign shown to the client, who compares it with his own
 * @throws SignatureMismatch
 */
export function compareSignatures(expected: string, sent: string, stringToSign: string): void {
  const a = Buffer.from(expected)
  const b = Buffer.from(sent)
  if (a.length === b.length && timingSafeEqual(a, b)) return
  throw problem('SignatureMismatch', { stringToSign: clip(stringToSign, SHOWN_CHARACTERS) })
}

/** @throws SignatureIncomplete when the date is missing or is none */
export function parseDate(text: string, name: string): number {
  const ms = Date.parse(text)
  if (text === '' || Number.isNaN(ms)) throw problem('SignatureIncomplete', { missing: name })
  return ms
}
