/**
 * New secrets: access keys, bearer keys, the account's id. All from the system's random source.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto'

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Accounts of the cloud have 16 digits too. */
export function newAccountId(): string {
  return String(randomInt(1, 10)) + randomText(15, '0123456789')
}

export interface NewAccessKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** A pair that lasts; the id has the 24 characters of the cloud's ids. */
export function newAccessKey(): NewAccessKey {
  return { accessKeyId: `SLAK${randomText(20)}`, accessKeySecret: randomText(40) }
}

/** A pair that goes with a security token. */
export function newTemporaryKey(): NewAccessKey {
  return { accessKeyId: `STS.${randomText(25)}`, accessKeySecret: randomText(44) }
}

/** A key for `Authorization: Bearer`: 32 random bytes. */
export function newBearerToken(): string {
  return `sl_${randomBytes(32).toString('base64url')}`
}

/** What is kept of a bearer key. No salt or stretching: the token is 256 random bits. */
export function hashBearerToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function randomText(length: number, alphabet = LETTERS_AND_DIGITS): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)]
  return text
}
