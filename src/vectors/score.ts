/**
 * From similarity to a score that one can cut at; docs/explanation/score.md says why it is made so.
 *
 * A similarity of .6 says little by itself: against studio pictures it is much, among photos of apples it is nothing.
 * So each query is first compared with a cohort, pictures of different products of the collection: their similarities
 * say what is usual for this query. The score says how far above that a hit is.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { dot, meanShare } from './centring.ts'
import type { Matrix } from './matrix.ts'
import type { Calibration } from './vectors.ts'

/** Similarities of one query from which its scores are counted. */
export interface Anchors {
  /** What a different product usually has: score 0. */
  readonly usual: number
  /** What one in a hundred different products reaches: score {@link SCORE_OF_RARE}. */
  readonly rare: number
}

const SCORE_OF_RARE = 0.3
/** Highest score of a picture that is not the same. */
const SCORE_OF_NEARLY_SAME = 0.99
/** The same pixels give the same vector, but for the rounding of 32-bit floats. */
const SAME_FROM = 1 - 1e-5
/** Bends the curve above the rare anchor: 0.3 makes .5 of what lies 9 % of the way from there to the same picture. */
const BEND = 0.3
/** Keeps room between the anchors and below 1 in collections of nearly equal pictures. */
const MIN_SPREAD = 0.02
const MAX_RARE = 0.95

/** Pictures of the cohort at most; beyond that the anchors move by less than .01. */
export const COHORT_SIZE = 512
/** Products that the prior counts for. */
const PRIOR_PRODUCTS = 10
/** Similarity of unrelated pictures before a mean is taken out: mean and standard deviation (grocery, clothing). */
const PRIOR_MEAN = 0.25
const PRIOR_DEVIATION = 0.22
/** Median and 99th percentile of unrelated pairs, in standard deviations: nearly the same in every collection. */
const PRIOR_UNRELATED = { median: -0.15, p99: 2.4 }
/** Images at which a collection's own distribution counts as much as the prior. */
const CALIBRATION_HALF_AT = 100

/** Score 0..1 of a hit; grows with the similarity, without a jump but for the same picture's last .01. */
export function scoreOf(similarity: number, { usual, rare }: Anchors): number {
  if (similarity >= SAME_FROM) return 1
  if (similarity <= usual) return 0
  if (similarity < rare) return SCORE_OF_RARE * ((similarity - usual) / (rare - usual)) ** 2
  const way = (similarity - rare) / (1 - rare)
  const bent = (way * (1 + BEND)) / (way + BEND)
  return SCORE_OF_RARE + (SCORE_OF_NEARLY_SAME - SCORE_OF_RARE) * bent
}

/** The anchors between those of two queries: for comparing two pictures, neither of which is the query. */
export function between(a: Anchors, b: Anchors): Anchors {
  return { usual: (a.usual + b.usual) / 2, rare: (a.rare + b.rare) / 2 }
}

/**
 * The anchors of one query.
 *
 * @param query centred, length 1
 * @param cohort centred pictures of different products, possibly none
 */
export function anchorsOf(query: Float32Array, cohort: Matrix, calibration: Calibration): Anchors {
  const { mean, deviation } = spreadOf(query, cohort, calibration.images)
  const usual = mean + calibration.unrelatedMedian * deviation
  const rare = Math.min(mean + calibration.unrelatedP99 * deviation, MAX_RARE)
  return { usual: Math.min(usual, rare - MIN_SPREAD), rare }
}

/**
 * Where similarities of different products lie, in standard deviations from the cohort's mean.
 *
 * @param sample centred pictures of the collection with their products
 */
export async function calibrate(
  sample: readonly { readonly productId: string; readonly vector: Float32Array }[],
  cohort: Matrix,
  images: number,
): Promise<Calibration> {
  const found: number[] = []
  const queries = Math.min(sample.length, 200)
  for (let q = 0; q < queries; q++) {
    const query = sample[Math.floor((q * sample.length) / queries)]!
    const { mean, deviation } = spreadOf(query.vector, cohort, images)
    const step = Math.max(1, Math.floor(sample.length / 100))
    for (let i = q % step; i < sample.length; i += step) {
      const other = sample[i]!
      if (other.productId !== query.productId) found.push((dot(query.vector, other.vector) - mean) / deviation)
    }
    if (q % 10 === 9) await nextTurn()
  }
  found.sort((a, b) => a - b)
  const own = found.length === 0 ? 0 : images / (images + CALIBRATION_HALF_AT)
  const blend = (p: number, prior: number) => own * (found[Math.floor(p * found.length)] ?? 0) + (1 - own) * prior
  return {
    images,
    unrelatedMedian: blend(0.5, PRIOR_UNRELATED.median),
    unrelatedP99: blend(0.99, PRIOR_UNRELATED.p99),
  }
}

/** Mean and standard deviation of the query's similarities to the cohort, together with the prior's. */
function spreadOf(query: Float32Array, cohort: Matrix, images: number): { mean: number; deviation: number } {
  let [count, sum, squares, highest] = [0, 0, 0, Number.NEGATIVE_INFINITY]
  for (const similarity of cohort.dotProducts(query)) {
    count++
    sum += similarity
    squares += similarity * similarity
    if (similarity > highest) highest = similarity
  }
  if (count > 0) {
    // The most similar one may well be of the query's own product, or the query itself.
    count--
    sum -= highest
    squares -= highest * highest
  }
  const prior = priorMean(images)
  const total = count + PRIOR_PRODUCTS
  const mean = (sum + PRIOR_PRODUCTS * prior) / total
  const meanSquare = (squares + PRIOR_PRODUCTS * (prior * prior + PRIOR_DEVIATION ** 2)) / total
  return { mean, deviation: Math.sqrt(Math.max(meanSquare - mean * mean, 1e-6)) }
}

/** What {@link PRIOR_MEAN} becomes when the collection's share of its mean is taken out of both vectors. */
function priorMean(images: number): number {
  const common = (1 - meanShare(images)) ** 2 * PRIOR_MEAN
  return common / (common + 1 - PRIOR_MEAN)
}
