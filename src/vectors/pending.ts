/**
 * Changes that the store has committed and the engine's table does not have yet: searched exactly, beside the table.
 */
import type { Filterable } from '../attributes.ts'
import { type Filter, matches } from '../filter.ts'
import { centre, dot } from './centring.ts'
import type { Hit } from './port.ts'
import type { Change } from './vectors.ts'

interface Entry {
  readonly seq: number
  /** Absent = deleted. */
  readonly image?: Filterable & { readonly vector: Float32Array; readonly centred: Float32Array }
}

export class Pending {
  readonly #mean: Float32Array
  readonly #entries = new Map<number, Entry>()

  constructor(mean: Float32Array) {
    this.#mean = mean
  }

  get size(): number {
    return this.#entries.size
  }

  /** Ids whose rows in the table do not count. */
  ids(): number[] {
    return [...this.#entries.keys()]
  }

  /** Ids of the images that are here, without the deleted ones. */
  presentIds(): number[] {
    return [...this.#entries].filter(([, { image }]) => image).map(([id]) => id)
  }

  /** Takes a change unless a later one of the same image is here. */
  add({ seq, imageId, image }: Change): void {
    if (seq <= (this.#entries.get(imageId)?.seq ?? 0)) return
    this.#entries.set(
      imageId,
      image ? { seq, image: { ...image, centred: centre(image.vector, this.#mean) } } : { seq },
    )
  }

  /** Forgets what the table has: all changes up to `seq`. */
  forgetUpTo(seq: number): void {
    for (const [id, entry] of this.#entries) {
      if (entry.seq <= seq) this.#entries.delete(id)
    }
  }

  /** The same changes later than `seq` for an index with another mean. */
  movedTo(mean: Float32Array, seq: number): Pending {
    const moved = new Pending(mean)
    for (const [imageId, entry] of this.#entries) {
      if (entry.seq > seq) moved.add({ imageId, ...entry })
    }
    return moved
  }

  /** @param query centred, length 1 */
  search(query: Float32Array, filter: Filter | undefined): Hit[] {
    const hits: Hit[] = []
    for (const [id, { image }] of this.#entries) {
      if (image && (!filter || matches(filter, image))) hits.push({ id, similarity: dot(query, image.centred) })
    }
    return hits
  }

  count(filter: Filter | undefined): number {
    let count = 0
    for (const { image } of this.#entries.values()) {
      if (image && (!filter || matches(filter, image))) count++
    }
    return count
  }
}
