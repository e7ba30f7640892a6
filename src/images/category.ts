/**
 * Which category a picture belongs to: the one whose mean vector is nearest, among the categories that callers gave to
 * images of the instance. docs/explanation/category.md has the figures.
 */
import { CATEGORY_OTHERS } from '../attributes.ts'

export interface Prototypes {
  /** Taken out of a vector before it is compared; empty = there are no categories. */
  readonly mean: Float32Array
  /** Mean vector of each category, `mean` taken out, length 1. */
  readonly categories: readonly { readonly id: number; readonly vector: Float32Array }[]
}

export const NO_PROTOTYPES: Prototypes = { mean: new Float32Array(), categories: [] }

export function buildPrototypes(samples: ReadonlyMap<number, readonly Float32Array[]>): Prototypes {
  const means = [...samples]
    .filter(([, vectors]) => vectors.length > 0)
    .map(([id, vectors]) => ({ id, sum: meanOf(vectors) }))
  if (means.length === 0) return NO_PROTOTYPES
  // Every category counts the same, so that a large one does not pull the middle to itself.
  const mean = meanOf(means.map(({ sum }) => sum))
  return { mean, categories: means.map(({ id, sum }) => ({ id, vector: unit(minus(sum, mean)) })) }
}

/** All categories, likeliest first; {@link CATEGORY_OTHERS} alone when the instance has none. */
export function rankCategories({ mean, categories }: Prototypes, vector: Float32Array): number[] {
  if (categories.length === 0) return [CATEGORY_OTHERS]
  const centred = minus(vector, mean)
  return categories
    .map(({ id, vector }) => ({ id, similarity: dot(centred, vector) }))
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id)
    .map(({ id }) => id)
}

/** JSON with the vectors as base64. */
export function formatPrototypes({ mean, categories }: Prototypes): string {
  return JSON.stringify({
    mean: toBase64(mean),
    categories: categories.map(({ id, vector }) => [id, toBase64(vector)]),
  })
}

/** Reads what {@link formatPrototypes} wrote. */
export function parsePrototypes(text: string): Prototypes {
  const json = JSON.parse(text) as { mean: string; categories: [number, string][] }
  return {
    mean: fromBase64(json.mean),
    categories: json.categories.map(([id, vector]) => ({ id, vector: fromBase64(vector) })),
  }
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

function fromBase64(text: string): Float32Array {
  // A copy, because small buffers lie anywhere in a shared one and a Float32Array must start at a multiple of 4.
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!
  return Float32Array.from(sum, (value) => value / vectors.length)
}

function minus(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]!)
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1
  return vector.map((value) => value / length)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
