/**
 * The collection's mean, of which every vector that is stored or asked has a share taken out: what all pictures of a
 * collection have in common (white ground, one subject) says nothing about which of them are alike.
 */

/**
 * Share of the mean that is taken out. The whole of it ranks best where queries look like the collection (mAP +.01 to
 * +.02), and worst where photos are asked against studio pictures (R@1 .178 without, .150 with all of it); half keeps
 * most of the gain for a third of the loss. Measured in docs/explanation/score.md.
 */
const MEAN_SHARE = 0.5
/** Images at which half of that share is reached: the mean of a few images is mostly those images. */
const MEAN_HALF_AT = 30

/** Share of the mean that a collection of so many images has taken out: 0 to 0.5. */
export function meanShare(images: number): number {
  return (MEAN_SHARE * images) / (images + MEAN_HALF_AT)
}

/**
 * What {@link centre} takes out.
 *
 * @param vectors a sample of the collection
 * @param images size of the collection
 */
export function meanToTakeOut(vectors: readonly Float32Array[], images: number, dimension: number): Float32Array {
  const mean = new Float32Array(dimension)
  const weight = vectors.length === 0 ? 0 : meanShare(images) / vectors.length
  for (const vector of vectors) {
    for (let i = 0; i < dimension; i++) mean[i]! += vector[i]! * weight
  }
  return mean
}

/** `vector - mean`, at length 1; finite whatever the input. */
export function centre(vector: Float32Array, mean: Float32Array): Float32Array {
  const result = new Float32Array(vector.length)
  let squares = 0
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i]! - mean[i]!
    result[i] = x
    squares += x * x
  }
  if (!(squares > 1e-12 && squares < Number.POSITIVE_INFINITY)) return withoutDirection(result)
  const scale = 1 / Math.sqrt(squares)
  for (let i = 0; i < result.length; i++) result[i]! *= scale
  return result
}

/** Distance of two means. */
export function drift(a: Float32Array, b: Float32Array): number {
  let squares = 0
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2
  return Math.sqrt(squares)
}

/** Dot product of two vectors of one length. */
export function dot(a: Float32Array, b: Float32Array): number {
  // Four sums, because a processor starts several additions before the first is done.
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0]
  const blocks = a.length - (a.length % 4)
  let i = 0
  for (; i < blocks; i += 4) {
    sum0 += a[i]! * b[i]!
    sum1 += a[i + 1]! * b[i + 1]!
    sum2 += a[i + 2]! * b[i + 2]!
    sum3 += a[i + 3]! * b[i + 3]!
  }
  for (; i < a.length; i++) sum0 += a[i]! * b[i]!
  return sum0 + sum1 + (sum2 + sum3)
}

/** Nothing is like it: any direction will do, and a fixed one keeps engines from dividing by 0. */
function withoutDirection(result: Float32Array): Float32Array {
  result.fill(0)
  result[0] = 1
  return result
}
