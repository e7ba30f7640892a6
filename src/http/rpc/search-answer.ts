/**
 * The answer of the searches in the official API, and the deprecated pair of raw values that stands beside the score.
 */
import type { Result, SearchAnswer, SearchOptions } from '../../search/index.ts'
import { given } from '../given.ts'
import { auction } from './fields.ts'
import { categoryId, checkPage, filter, flag, num, optional, start, threshold, type Values } from './parameters.ts'

export const SEARCH_PARAMETERS = {
  CategoryId: optional(categoryId),
  Num: optional(num),
  Start: optional(start),
  Filter: optional(filter),
  DistinctProductId: optional(flag),
  ScoreThreshold: optional(threshold),
}

/** @throws ResultsBeyondLimit */
export function searchOptions(p: Values<typeof SEARCH_PARAMETERS>): SearchOptions {
  checkPage(p)
  return given({
    num: p.Num,
    start: p.Start,
    categoryId: p.CategoryId,
    filter: p.Filter,
    distinct: p.DistinctProductId,
    threshold: p.ScoreThreshold,
  })
}

/**
 * `Auctions` and `Head`. The documents contradict each other on the two counts: here DocsFound is all that match.
 *
 * @param hasRawValues false = the search is by text, whose answer has none
 */
export function searchAnswer(answer: SearchAnswer, { hasRawValues = true } = {}): object {
  return {
    Auctions: answer.results.map((result) => ({
      ...auction(result.image),
      Score: result.score,
      ...(hasRawValues && { SortExprValues: sortExprValues(result) }),
    })),
    Head: {
      DocsFound: answer.found,
      DocsReturn: answer.results.length,
      SearchTime: Math.round(answer.timings.totalMs),
    },
  }
}

/** What the official service shows as the relevance of an identical picture: categories 0 to 2, all others. */
const MAX_RELEVANCE_CLOTHES = 7.33136443711219e24
const MAX_RELEVANCE = 5.37633353624177e24
const CLOTHES = 2
/** Bits of the sign hash that the Hamming distance is given for. */
const HASH_BITS = 256

/**
 * `relevance;hamming`, both made from the cosine: the relevance grows exponentially up to the official maximum, the
 * Hamming distance is the expected one between sign hashes of the two vectors (angle / pi of the bits).
 */
export function sortExprValues({
  similarity,
  image,
}: Pick<Result, 'similarity'> & { image: { categoryId: number } }): string {
  const cosine = Math.min(1, Math.max(-1, similarity))
  const max = image.categoryId <= CLOTHES ? MAX_RELEVANCE_CLOTHES : MAX_RELEVANCE
  const relevance = Number((max ** Math.max(0, cosine)).toPrecision(15))
  return `${relevance};${Math.round((HASH_BITS * Math.acos(cosine)) / Math.PI)}`
}
