/** CRC-64/XZ (polynomial of ECMA-182, reflected), which OSS gives for every object. Halves of 32 bits: no BigInt a byte. */

const POLYNOMIAL_HIGH = 0xc96c5795
const POLYNOMIAL_LOW = 0xd7870f42

const HIGH = new Uint32Array(256)
const LOW = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1
    low = ((low >>> 1) | (high << 31)) >>> 0
    high >>>= 1
    if (isOdd) {
      high = (high ^ POLYNOMIAL_HIGH) >>> 0
      low = (low ^ POLYNOMIAL_LOW) >>> 0
    }
  }
  HIGH[byte] = high
  LOW[byte] = low
}

export function crc64() {
  let high = 0xffffffff
  let low = 0xffffffff
  return {
    update(bytes: Uint8Array): void {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff
        low = ((low >>> 8) | (high << 24)) ^ (LOW[index] as number)
        high = (high >>> 8) ^ (HIGH[index] as number)
      }
    },
    /** Decimal, as in `x-oss-hash-crc64ecma`. */
    value: (): string => ((BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)).toString(),
  }
}
