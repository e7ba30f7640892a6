import { setImmediate as nextTurn } from 'node:timers/promises'
import { countBits, type Hash } from './hash.ts'

export interface Near {
  readonly id: number
  /** Bits that differ. */
  readonly distance: number
}

/** Hashes compared between two turns of the event loop: 1 to 2 ms. */
const COMPARED_A_TURN = 200_000
const FIRST_CAPACITY = 256
/** Removed entries from which it is worth while to close the gaps, once they are half of all. */
const MIN_GAPS = 1024

/**
 * Hashes by image id: 16 bytes an image, compared one by one. A million take 5 ms, and unlike an index of parts of the
 * hash that does not depend on how alike the pictures are (half of the bits of a picture on white ground are 0).
 */
export class HashTable {
  /** Ascending without its sign; negative = removed. */
  #ids = new Float64Array(FIRST_CAPACITY)
  /** High and low half of each. */
  #halves = new Uint32Array(2 * FIRST_CAPACITY)
  #used = 0
  #removed = 0

  get size(): number {
    return this.#used - this.#removed
  }

  get(id: number): Hash | undefined {
    const at = this.#slotFrom(id)
    if (at >= this.#used || this.#ids[at] !== id) return undefined
    return { high: this.#halves[2 * at]!, low: this.#halves[2 * at + 1]! }
  }

  /** Adds or replaces. Fast for ids that grow, as those of new images do. */
  put(id: number, { high, low }: Hash): void {
    const at = this.#slotFrom(id)
    if (at < this.#used && Math.abs(this.#ids[at]!) === id) {
      if (this.#ids[at]! < 0) this.#removed--
    } else {
      if (this.#used === this.#ids.length) this.#grow()
      this.#ids.copyWithin(at + 1, at, this.#used)
      this.#halves.copyWithin(2 * at + 2, 2 * at, 2 * this.#used)
      this.#used++
    }
    this.#ids[at] = id
    this.#halves[2 * at] = high
    this.#halves[2 * at + 1] = low
  }

  remove(id: number): void {
    const at = this.#slotFrom(id)
    if (at >= this.#used || this.#ids[at] !== id) return
    this.#ids[at] = -id
    this.#removed++
    if (this.#removed >= MIN_GAPS && 2 * this.#removed > this.#used) this.#closeGaps()
  }

  /** Up to `limit` ids after `afterId`, in order. */
  idsAfter(afterId: number, limit: number): number[] {
    const ids: number[] = []
    for (let at = this.#slotFrom(afterId + 1); at < this.#used && ids.length < limit; at++) {
      if (this.#ids[at]! > 0) ids.push(this.#ids[at]!)
    }
    return ids
  }

  /** All that differ from the hash in at most `radius` bits, in order of id. Lets the event loop go on in between. */
  async near({ high, low }: Hash, radius: number): Promise<Near[]> {
    const found: Near[] = []
    for (let at = 0; at < this.#used; ) {
      const end = Math.min(this.#used, at + COMPARED_A_TURN)
      for (; at < end; at++) {
        const distance = countBits(this.#halves[2 * at]! ^ high) + countBits(this.#halves[2 * at + 1]! ^ low)
        if (distance <= radius && this.#ids[at]! > 0) found.push({ id: this.#ids[at]!, distance })
      }
      if (at === this.#used) break
      // Slots may move meanwhile, ids do not.
      const lastId = Math.abs(this.#ids[at - 1]!)
      await nextTurn()
      at = this.#slotFrom(lastId + 1)
    }
    return found
  }

  /** First slot whose id is at least `id`. */
  #slotFrom(id: number): number {
    let [from, to] = [0, this.#used]
    if (to > 0 && Math.abs(this.#ids[to - 1]!) < id) return to
    while (from < to) {
      const middle = (from + to) >>> 1
      if (Math.abs(this.#ids[middle]!) < id) from = middle + 1
      else to = middle
    }
    return from
  }

  #grow(): void {
    const ids = new Float64Array(Math.ceil(this.#ids.length * 1.25))
    const halves = new Uint32Array(2 * ids.length)
    ids.set(this.#ids)
    halves.set(this.#halves)
    this.#ids = ids
    this.#halves = halves
  }

  #closeGaps(): void {
    let to = 0
    for (let at = 0; at < this.#used; at++) {
      if (this.#ids[at]! < 0) continue
      this.#ids[to] = this.#ids[at]!
      this.#halves.copyWithin(2 * to, 2 * at, 2 * at + 2)
      to++
    }
    this.#used = to
    this.#removed = 0
  }
}
