/**
 * From hits of the index to one page of results: cut at the threshold, one image a product, rows loaded.
 */
import type { Filter } from '../filter.ts'
import type { Images } from '../images/index.ts'
import type { SearchHit, Vectors } from '../vectors/index.ts'
import type { Page } from './page.ts'
import type { Result } from './search.ts'

export interface RankParts {
  readonly vectors: Pick<Vectors, 'search'>
  readonly images: Pick<Images, 'load'>
  /** Products of images, by image id; images that are gone are left out. */
  readonly loadProductIds: (imageIds: readonly number[]) => Promise<ReadonlyMap<number, string>>
}

export interface RankOptions {
  /** Copies of the picture: they match the filter, and their scores count where they are higher. */
  readonly copies?: readonly SearchHit[]
  readonly page: Page
  readonly filter?: Filter
  readonly threshold: number
  readonly distinct: boolean
}

/** Hits that the index gives at most (`TableSearch.limit`). */
const MAX_HITS = 10_000
/** How many more hits are asked for when those there are do not fill the page. */
const GROWTH = 4

export async function rank(
  { vectors, images, loadProductIds }: RankParts,
  instanceId: number,
  vector: Float32Array,
  { copies = [], page, filter, threshold, distinct }: RankOptions,
): Promise<Result[]> {
  const end = page.start + page.num
  /** Images that were deleted between the index's answer and the loading of their rows. */
  const gone = new Set<number>()
  for (let limit = end; ; ) {
    const found = await vectors.search(instanceId, vector, { limit, ...(filter && { filter }) })
    const isAll = found.length < limit || limit >= MAX_HITS || (found.at(-1)?.score ?? 0) < threshold
    const good = withCopies(found, copies).filter((hit) => hit.score >= threshold && !gone.has(hit.id))
    const ranked = distinct ? await bestOfProducts(good, loadProductIds) : good
    const wanted = ranked.slice(page.start, end)
    const rows = await images.load(
      instanceId,
      wanted.map((hit) => hit.id),
    )
    const missing = wanted.filter((hit) => !rows.has(hit.id))
    if (missing.length > 0) {
      for (const hit of missing) gone.add(hit.id)
      limit = Math.min(MAX_HITS, limit + missing.length)
    } else if (isAll || ranked.length >= end) {
      return wanted.flatMap(({ id, score, similarity }) => {
        const image = rows.get(id)
        return image ? [{ image, score, similarity }] : []
      })
    } else {
      limit = Math.min(MAX_HITS, limit * GROWTH)
    }
  }
}

/** Hits and copies together, best first. Right for the first `hits.length`: no image beyond has a higher score. */
function withCopies(hits: readonly SearchHit[], copies: readonly SearchHit[]): readonly SearchHit[] {
  if (copies.length === 0) return hits
  const better = new Map(copies.map((copy) => [copy.id, copy]))
  for (const hit of hits) if (hit.score >= (better.get(hit.id)?.score ?? 0)) better.delete(hit.id)
  return [...better.values(), ...hits.filter(({ id }) => !better.has(id))].sort(
    (a, b) => b.score - a.score || b.similarity - a.similarity || a.id - b.id,
  )
}

async function bestOfProducts(
  hits: readonly SearchHit[],
  loadProductIds: RankParts['loadProductIds'],
): Promise<SearchHit[]> {
  const products = await loadProductIds(hits.map((hit) => hit.id))
  const seen = new Set<string>()
  return hits.filter(({ id }) => {
    const product = products.get(id)
    if (product === undefined || seen.has(product)) return false
    seen.add(product)
    return true
  })
}
