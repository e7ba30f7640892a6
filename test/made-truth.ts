/**
 * The truth that the vector room asks, over plain arrays: for tests of the room alone.
 */
import type { Change, Generation, VectorSource } from '../src/vectors/index.ts'

type Image = NonNullable<Change['image']>

export class MadeTruth implements VectorSource {
  readonly images = new Map<number, Image & { readonly productId: string }>()
  readonly #log: { readonly seq: number; readonly imageId: number }[] = []
  #generations: Generation[] = []
  #lastGeneration = 0

  /** Commits an image and says what a service would tell the room. */
  put(imageId: number, image: Image, productId = `product-${imageId}`): Change {
    this.images.set(imageId, { ...image, productId })
    return { ...this.#record(imageId), image }
  }

  delete(imageId: number): Change {
    this.images.delete(imageId)
    return this.#record(imageId)
  }

  #record(imageId: number): { seq: number; imageId: number } {
    const change = { seq: this.#log.length + 1, imageId }
    this.#log.push(change)
    return change
  }

  async changesAfter(_instanceId: number, _model: string, seq: number, limit: number): Promise<Change[]> {
    const last = new Map(this.#log.slice(seq, seq + limit).map((change) => [change.imageId, change]))
    return [...last.values()]
      .sort((a, b) => a.seq - b.seq)
      .map((change) => {
        const image = this.images.get(change.imageId)
        return image ? { ...change, image } : change
      })
  }

  async imagesAfter(_instanceId: number, _model: string, afterId: number, limit: number): Promise<Required<Change>[]> {
    return [...this.images]
      .filter(([id]) => id > afterId)
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([imageId, image]) => ({ seq: 0, imageId, image }))
  }

  async lastSeq(): Promise<number> {
    return this.#log.length
  }

  async sample(_instanceId: number, _model: string, n: number): Promise<{ productId: string; vector: Float32Array }[]> {
    const all = [...this.images.values()]
    return all.filter((_, i) => i % Math.ceil(all.length / n) === 0)
  }

  async countImages(): Promise<number> {
    return this.images.size
  }

  async generations(): Promise<Generation[]> {
    return [...this.#generations]
  }

  async createGeneration(generation: Omit<Generation, 'id'>): Promise<Generation> {
    const created = { ...generation, id: ++this.#lastGeneration }
    this.#generations.push(created)
    return created
  }

  async updateGeneration(id: number, change: { state?: 'active'; appliedSeq?: number }): Promise<void> {
    this.#generations = this.#generations.map((saved) => (saved.id === id ? { ...saved, ...change } : saved))
  }

  async deleteGeneration(id: number): Promise<void> {
    this.#generations = this.#generations.filter((saved) => saved.id !== id)
  }
}
