/** A stream of numbers in [0, 1) that is the same for the same words. */
export type Random = () => number

/** Mulberry32, started from a hash (FNV-1a) of the words. */
export function seededRandom(...words: readonly (string | number)[]): Random {
  let state = 0x811c9dc5
  for (const sign of words.join('/')) state = Math.imul(state ^ (sign.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low)
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T
}
