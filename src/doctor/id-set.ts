/** A set of image ids as bits: a hundred million of them take 12 MB. */
export interface IdSet {
  add(id: number): void
  has(id: number): boolean
  /** In order. */
  values(): Iterable<number>
}

const BITS = 32
const FIRST_WORDS = 1024

export function createIdSet(): IdSet {
  let words = new Uint32Array(FIRST_WORDS)
  return {
    add(id) {
      const at = Math.floor(id / BITS)
      if (at >= words.length) {
        const larger = new Uint32Array(Math.max(at + 1, words.length * 2))
        larger.set(words)
        words = larger
      }
      words[at] = (words[at] ?? 0) | (1 << (id % BITS))
    },
    has: (id) => ((words[Math.floor(id / BITS)] ?? 0) & (1 << (id % BITS))) !== 0,
    *values() {
      for (const [at, word] of words.entries()) {
        if (word === 0) continue
        for (let bit = 0; bit < BITS; bit++) if (word & (1 << bit)) yield at * BITS + bit
      }
    },
  }
}
