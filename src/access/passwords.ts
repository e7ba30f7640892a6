/**
 * Passwords of the console: scrypt, kept as `scrypt$N$r$p$salt$hash`.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { problem } from '../errors.ts'

const MIN_LENGTH = 10
const MAX_LENGTH = 200
/** OWASP's second choice of parameters (2^16, 8, 2 takes 64 MB): enough to make guessing dear, light on a small machine. */
const COST = { N: 65536, r: 8, p: 2 } as const
const HASH_BYTES = 32

/** @throws PasswordInvalid */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < MIN_LENGTH || password.length > MAX_LENGTH) {
    throw problem('PasswordInvalid', { min: MIN_LENGTH, max: MAX_LENGTH })
  }
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** Takes as long for a user who has no password or does not exist (`kept` = ''). */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, N, r, p, salt, hash] = kept.split('$')
  const isUsable = hash !== undefined && password.length <= MAX_LENGTH
  const cost = isUsable ? { N: Number(N), r: Number(r), p: Number(p) } : COST
  const found = await derive(isUsable ? password : '', Buffer.from(salt ?? '', 'base64url'), cost)
  return isUsable && timingSafeEqual(found, Buffer.from(hash, 'base64url'))
}

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  const maxmem = 256 * cost.N * cost.r
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...cost, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
