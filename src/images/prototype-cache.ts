import { givenCategories, sampleCategory } from '../store/images.ts'
import type { Store } from '../store/index.ts'
import { buildPrototypes, type Prototypes } from './category.ts'

/** Vectors that prototypes are made of: in all, and of one category. A mean hardly moves beyond these. */
const MAX_SAMPLE = 8192
const MAX_CATEGORY_SAMPLE = 256
const MAX_CATEGORIES = 256
/** Prototypes are made again when this share of the sample has been written since. */
const STALE_SHARE = 0.1

interface Cached {
  readonly prototypes: Promise<Prototypes>
  /** Vectors in the sample. */
  size: number
  writes: number
}

export interface PrototypeCache {
  /** Prototypes of the instance about as they are now; made when asked for. */
  get(instanceId: number): Promise<Prototypes>
  /** Images with a given category were written or deleted. */
  note(instanceId: number, images: number): void
}

/** Category prototypes by instance, from a sample of the store: the cost does not grow with the instance. */
export function createPrototypeCache(store: Store, model: string): PrototypeCache {
  const cache = new Map<number, Cached>()

  async function build(instanceId: number, entry: () => Cached): Promise<Prototypes> {
    const ids = await givenCategories(store.read, instanceId, MAX_CATEGORIES)
    const each = Math.min(MAX_CATEGORY_SAMPLE, Math.ceil(MAX_SAMPLE / ids.length))
    const samples = new Map<number, Float32Array[]>()
    for (const id of ids) samples.set(id, await sampleCategory(store.read, instanceId, model, id, each))
    entry().size = [...samples.values()].reduce((sum, vectors) => sum + vectors.length, 0)
    return buildPrototypes(samples)
  }

  return {
    get(instanceId) {
      const known = cache.get(instanceId)
      if (known && known.writes <= known.size * STALE_SHARE) return known.prototypes
      const made: Cached = { size: Number.POSITIVE_INFINITY, writes: 0, prototypes: build(instanceId, () => made) }
      cache.set(instanceId, made)
      made.prototypes.catch(() => cache.delete(instanceId))
      return made.prototypes
    },

    note(instanceId, images) {
      const known = cache.get(instanceId)
      if (known) known.writes += images
    },
  }
}
