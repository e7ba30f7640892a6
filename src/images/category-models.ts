import { givenCategories, sampleCategory } from '../store/image-samples.ts'
import { countImages } from '../store/images.ts'
import type { Store } from '../store/index.ts'
import { type CategoryModel, fitCategories } from './category.ts'

/** Vectors that a model is fitted to: in all, and of one category. More change it little and cost more. */
const MAX_SAMPLE = 4096
const MAX_CATEGORY_SAMPLE = 256
const MAX_CATEGORIES = 256
/** A model is fitted anew when this share of the images has been written since, */
const STALE_SHARE = 0.1
/** or when anything has and it is this old: the first images of a new category do not wait for long. */
const STALE_MS = 60_000

interface Fitted {
  readonly model: Promise<CategoryModel>
  readonly atMs: number
  /** Images of the instance when it was fitted. */
  images: number
  /** Images with a given category, written since. */
  writes: number
}

export interface CategoryModels {
  /** The model of the instance about as it is now; fitted when asked for. */
  get(instanceId: number): Promise<CategoryModel>
  /** Images whose category may have been given were written or deleted. */
  note(instanceId: number, images: number): void
}

/** Category models by instance, fitted to a sample of the store: the cost does not grow with the instance. */
export function createCategoryModels(store: Store, model: string): CategoryModels {
  const fitted = new Map<number, Fitted>()

  async function fit(instanceId: number, entry: () => Fitted): Promise<CategoryModel> {
    entry().images = await countImages(store.read, instanceId)
    const ids = await givenCategories(store.read, instanceId, MAX_CATEGORIES)
    const each = Math.min(MAX_CATEGORY_SAMPLE, Math.ceil(MAX_SAMPLE / ids.length))
    const samples = new Map<number, Float32Array[]>()
    for (const id of ids) samples.set(id, await sampleCategory(store.read, instanceId, model, id, each))
    return fitCategories(samples)
  }

  function isFresh({ images, writes, atMs }: Fitted): boolean {
    return writes === 0 || (writes <= images * STALE_SHARE && Date.now() - atMs < STALE_MS)
  }

  return {
    get(instanceId) {
      const known = fitted.get(instanceId)
      if (known && isFresh(known)) return known.model
      const made: Fitted = {
        model: Promise.resolve().then(() => fit(instanceId, () => made)),
        atMs: Date.now(),
        images: 0,
        writes: 0,
      }
      fitted.set(instanceId, made)
      made.model.catch(() => fitted.delete(instanceId))
      return made.model
    },

    note(instanceId, images) {
      const known = fitted.get(instanceId)
      if (known) known.writes += images
    },
  }
}
