/** A 64-bit hash as two halves: JavaScript's bitwise operations take 32 bits. */
export interface Hash {
  readonly high: number
  readonly low: number
}

/** Fewer set or unset bits than this: the picture has hardly anything that would tell it from other plain ones. */
const MIN_BITS = 6

/** @param dhash 8 bytes, big-endian */
export function toHash(dhash: Uint8Array): Hash {
  const view = new DataView(dhash.buffer, dhash.byteOffset, dhash.byteLength)
  return { high: view.getUint32(0), low: view.getUint32(4) }
}

/** Whether the picture is plain (one colour, a gradient): equal hashes of such pictures say nothing. */
export function isPlain({ high, low }: Hash): boolean {
  const bits = countBits(high) + countBits(low)
  return bits < MIN_BITS || bits > 64 - MIN_BITS
}

/** The hash of the mirrored picture: each row of 8 bits turned round, and rising is falling. */
export function mirrored({ high, low }: Hash): Hash {
  return { high: ~turnBytes(high) >>> 0, low: ~turnBytes(low) >>> 0 }
}

function turnBytes(value: number): number {
  const singles = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1)
  const pairs = ((singles >>> 2) & 0x33333333) | ((singles & 0x33333333) << 2)
  return ((pairs >>> 4) & 0x0f0f0f0f) | ((pairs & 0x0f0f0f0f) << 4)
}

/** Set bits of a 32-bit integer: https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
export function countBits(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
