/**
 * Retrieval figures over ranked lists, and the exact search that a service is held against.
 */

/** Mean of vectors of length 1. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length
  return mean
}

/** v - mean, at length 1. */
export function centred(vector: Float32Array, mean: Float32Array): Float32Array {
  const result = vector.map((value, i) => value - mean[i]!)
  const length = Math.hypot(...result)
  return result.map((value) => value / length)
}

/** Indices of the `k` nearest by dot product, best first. */
export function nearest(query: Float32Array, vectors: readonly Float32Array[], k: number, except = -1): number[] {
  const scored = vectors.map((vector, index) => {
    let dot = 0
    for (let i = 0; i < query.length; i++) dot += query[i]! * vector[i]!
    return { index, dot }
  })
  return scored
    .filter(({ index }) => index !== except)
    .sort((a, b) => b.dot - a.dot)
    .slice(0, k)
    .map(({ index }) => index)
}

/** Share of the queries whose first `k` results have one that is right. */
export function recallAt(k: number, ranked: readonly (readonly boolean[])[]): number {
  return ranked.filter((list) => list.slice(0, k).some(Boolean)).length / ranked.length
}

/** Mean share of right ones among the first `k`. */
export function precisionAt(k: number, ranked: readonly (readonly boolean[])[]): number {
  return ranked.reduce((sum, list) => sum + list.slice(0, k).filter(Boolean).length / k, 0) / ranked.length
}
