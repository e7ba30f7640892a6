import { CATEGORIES, CATEGORY_OTHERS } from '../attributes.ts'
import { clip, problem } from '../errors.ts'
import type { Filter } from '../filter.ts'
import { type Hash, type Hashes, toHash } from '../hashes/index.ts'
import { checkCategory, type Images } from '../images/index.ts'
import { type Instance, requireModel } from '../instances/index.ts'
import { loadProductIds, loadVectors } from '../store/images.ts'
import type { Store } from '../store/index.ts'
import type { Vectors } from '../vectors/index.ts'
import { PICTURE_RULES, type Vision } from '../vision/index.ts'
import { findCopies, PATIENCE_MS } from './find-copies.ts'
import { checkPage } from './page.ts'
import { rank } from './rank.ts'
import type { Search, SearchOptions } from './search.ts'

export interface SearchParts {
  readonly store: Store
  readonly vision: Vision
  readonly vectors: Vectors
  readonly hashes: Hashes
  readonly images: Images
}

export function createSearch({ store, vision, vectors, hashes, images }: SearchParts): Search {
  const rankParts = { vectors, images, loadProductIds: (ids: readonly number[]) => loadProductIds(store.read, ids) }
  const copyParts = {
    hashes,
    vectors,
    images,
    loadVectors: (ids: readonly number[]) => loadVectors(store.read, vision.model.id, ids),
  }

  function analyse(instance: Instance, picture: Uint8Array, options: Parameters<Search['byPicture']>[2] = {}) {
    return vision.analyse(picture, {
      rules: PICTURE_RULES[instance.pictureRules],
      priority: 'search',
      ...(options.region && { region: options.region }),
      ...(options.crop !== undefined && { crop: options.crop }),
      ...(options.signal && { signal: options.signal }),
    })
  }

  /** Categories that the vector may be of, likeliest first; one that the caller gave stands before all. */
  async function considered(instance: Instance, vector: Float32Array, { categoryId: given }: SearchOptions) {
    if (instance.serviceType !== 'product') return [CATEGORY_OTHERS]
    const ranked = await images.rankCategories(instance.id, vector)
    return given === undefined ? ranked : [given, ...ranked.filter((id) => id !== given)]
  }

  /** @param hash of the whole picture; absent when only a part of it is searched */
  async function nearest(instance: Instance, vector: Float32Array, hash: Hash | undefined, options: SearchOptions) {
    const begun = performance.now()
    const filter = wholeFilter(instance, options)
    const { threshold = 0, distinct = false } = options
    const copies = hash ? await findCopies(copyParts, instance.id, { hash, vector }, filter) : []
    const [results, found] = await Promise.all([
      rank(rankParts, instance.id, vector, {
        copies,
        page: checkPage(options),
        threshold,
        distinct,
        ...(filter && { filter }),
      }),
      images.count(instance.id, filter),
    ])
    return { results, found, searchMs: performance.now() - begun }
  }

  return {
    async byPicture(instance, picture, options) {
      const begun = performance.now()
      // All that can be wrong with the options is said before the work on the picture.
      checkOptions(instance, options)
      requireModel(instance, vision.model)
      const { vector, dhash, region, regions, width, height, timings } = await analyse(instance, picture, options)
      const categories = await considered(instance, vector, options)
      const { results, found, searchMs } = await nearest(
        instance,
        vector,
        options.region ? undefined : toHash(dhash),
        options,
      )
      return {
        results,
        found,
        picture: { categoryId: categories[0] as number, region, regions, width, height },
        categories: categories.map(named),
        timings: { decodeMs: timings.decodeMs, embedMs: timings.embedMs, searchMs, totalMs: performance.now() - begun },
      }
    },

    async byName(instance, key, options) {
      const begun = performance.now()
      checkOptions(instance, options)
      requireModel(instance, vision.model)
      const asked = await images.findWithVector(instance.id, key)
      if (!asked) throw problem('ImageNotFound', { productId: clip(key.productId), picName: clip(key.picName) })
      const { image, vector } = asked
      const hash = (await hashes.open(instance.id, PATIENCE_MS)).get(image.id)
      const { results, found, searchMs } = await nearest(instance, vector, hash, options)
      return {
        results,
        found,
        image,
        categories: [named(options.categoryId ?? image.categoryId)],
        timings: { decodeMs: 0, embedMs: 0, searchMs, totalMs: performance.now() - begun },
      }
    },

    async byText(instance, text, options) {
      const begun = performance.now()
      checkOptions(instance, options)
      requireModel(instance, vision.model)
      const vector = await vision.embedText(text, options.signal)
      const embedMs = performance.now() - begun
      const { results, found, searchMs } = await nearest(instance, vector, undefined, options)
      return {
        results,
        found,
        categories: (await considered(instance, vector, options)).map(named),
        timings: { decodeMs: 0, embedMs, searchMs, totalMs: performance.now() - begun },
      }
    },

    async byFilter(instance, filter, page) {
      const { num, start } = checkPage(page)
      return images.list(instance.id, { filter, limit: num, start })
    },

    async compare(instance, a, b) {
      requireModel(instance, vision.model)
      const [first, second] = await Promise.all([analyse(instance, a), analyse(instance, b)])
      return vectors.compare(instance.id, first.vector, second.vector)
    },
  }
}

/** @throws NumInvalid, NumTooLarge, StartInvalid, ResultsBeyondLimit, CategoryInvalid, ParameterInvalid */
function checkOptions(instance: Instance, options: SearchOptions): void {
  checkPage(options)
  if (instance.serviceType === 'product' && options.categoryId !== undefined) checkCategory(options.categoryId)
  const { threshold = 0 } = options
  if (threshold >= 0 && threshold <= 1) return
  throw problem('ParameterInvalid', {
    name: 'ScoreThreshold',
    expected: 'a number from 0 to 1',
    found: clip(threshold),
  })
}

/**
 * What an image must match: the filter, and the category when the caller gave one. A predicted category never cuts
 * results, as docs/reference/search.md says. Only product instances have categories.
 */
function wholeFilter(instance: Instance, { filter, categoryId }: SearchOptions): Filter | undefined {
  if (instance.serviceType !== 'product' || categoryId === undefined) return filter
  const category: Filter = { kind: 'int', field: 'categoryId', op: '=', value: categoryId }
  return filter ? { kind: 'and', terms: [category, filter] } : category
}

function named(id: number): { id: number; name: string } {
  return { id, name: CATEGORIES.get(id) ?? String(id) }
}
