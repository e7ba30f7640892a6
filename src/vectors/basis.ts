/** What an index is made on, from a sample of the collection: the mean to take out, and what scores are counted from. */
import { centre, meanToTakeOut } from './centring.ts'
import { Matrix } from './matrix.ts'
import { COHORT_SIZE, calibrate } from './score.ts'
import type { Calibration, VectorSource } from './vectors.ts'

export interface Basis {
  readonly mean: Float32Array
  readonly calibration: Calibration
  /** Centred pictures of different products. */
  readonly cohort: Matrix
}

/** Images of the sample: their mean is within .02 of the collection's. */
const SAMPLE_SIZE = 2000

type Sample = Awaited<ReturnType<VectorSource['sample']>>

export async function measureBasis(
  source: VectorSource,
  instanceId: number,
  model: string,
  dimension: number,
): Promise<Basis> {
  const images = await source.countImages(instanceId)
  const sample = await source.sample(instanceId, model, SAMPLE_SIZE)
  const vectors = sample.map(({ vector }) => vector)
  const mean = meanToTakeOut(vectors, images, dimension)
  const centred = sample.map(({ productId, vector }) => ({ productId, vector: centre(vector, mean) }))
  const cohort = new Matrix(dimension, cohortOf(centred))
  return { mean, cohort, calibration: await calibrate(centred, cohort, images) }
}

/** The cohort for an index that was made earlier. */
export async function drawCohort(
  source: VectorSource,
  instanceId: number,
  model: string,
  mean: Float32Array,
): Promise<Matrix> {
  const sample = await source.sample(instanceId, model, SAMPLE_SIZE)
  return new Matrix(
    mean.length,
    cohortOf(sample).map((vector) => centre(vector, mean)),
  )
}

/** One picture a product: in a collection of a few products with many pictures each, most pairs are related. */
function cohortOf(sample: Sample): Float32Array[] {
  const byProduct = new Map(sample.map(({ productId, vector }) => [productId, vector]))
  return [...byProduct.values()].slice(0, COHORT_SIZE)
}
