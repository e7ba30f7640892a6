/**
 * Which category a picture belongs to: a linear discriminant (Fisher's) over the vectors of images whose category was
 * given. docs/explanation/category.md says why this one, with figures.
 */
import { setImmediate } from 'node:timers/promises'
import { CATEGORY_OTHERS } from '../attributes.ts'

/** A vector belongs to the category for which `vector . weights + bias` is largest. Empty = no category is known. */
export type CategoryModel = readonly {
  readonly id: number
  readonly weights: Float32Array
  readonly bias: number
}[]

/**
 * How far the spread within the categories is taken for round: between 0 (as measured, wrong with few images) and 1
 * (the nearest mean wins). Measured: flat between .1 and .5.
 */
const SHRINKAGE = 0.3
/** Multiplications between two turns of the event loop: some 3 ms. */
const WORK_A_TURN = 2_000_000

/** Fits a model to vectors by category. Lets the event loop go on in between. */
export async function fitCategories(samples: ReadonlyMap<number, readonly Float32Array[]>): Promise<CategoryModel> {
  const categories = [...samples]
    .filter(([, vectors]) => vectors.length > 0)
    .map(([id, vectors]) => ({ id, vectors, mean: meanOf(vectors) }))
  if (categories.length === 0) return []
  const factor = await cholesky(shrink(await spreadWithin(categories)))
  return categories.map(({ id, mean }) => {
    const weights = solve(factor, mean)
    return { id, weights: Float32Array.from(weights), bias: -dot(weights, mean) / 2 }
  })
}

/** All categories, likeliest first; {@link CATEGORY_OTHERS} alone when none is known. */
export function rankCategories(model: CategoryModel, vector: Float32Array): number[] {
  if (model.length === 0) return [CATEGORY_OTHERS]
  return model
    .map(({ id, weights, bias }) => ({ id, evidence: dot(weights, vector) + bias }))
    .sort((a, b) => b.evidence - a.evidence || a.id - b.id)
    .map(({ id }) => id)
}

/** JSON with the weights as base64. */
export function formatCategoryModel(model: CategoryModel): string {
  return JSON.stringify(model.map(({ id, weights, bias }) => [id, bias, toBase64(weights)]))
}

/** Reads what {@link formatCategoryModel} wrote. */
export function parseCategoryModel(text: string): CategoryModel {
  const json = JSON.parse(text) as [number, number, string][]
  return json.map(([id, bias, weights]) => ({ id, bias, weights: fromBase64(weights) }))
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

function fromBase64(text: string): Float32Array {
  // A copy, because small buffers lie anywhere in a shared one and a Float32Array must start at a multiple of 4.
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
}

type Vector = Float32Array | Float64Array
/** Rows of a symmetric or lower triangular matrix; only `[i][j]` with `j <= i` is used. */
type Triangle = readonly Float64Array[]

function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function meanOf(vectors: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]!.length)
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!
  return sum.map((value) => value / vectors.length)
}

/** Sum over all vectors of the outer product of what they differ from their category's mean by. */
async function spreadWithin(
  categories: readonly { readonly vectors: readonly Float32Array[]; readonly mean: Float64Array }[],
): Promise<Triangle> {
  const size = categories[0]!.mean.length
  const spread = Array.from({ length: size }, (_, i) => new Float64Array(i + 1))
  let work = 0
  for (const { vectors, mean } of categories) {
    for (const vector of vectors) {
      const off = mean.map((value, i) => vector[i]! - value)
      for (let i = 0; i < size; i++) {
        const row = spread[i]!
        const value = off[i]!
        for (let j = 0; j <= i; j++) row[j]! += value * off[j]!
      }
      work += (size * size) / 2
      if (work > WORK_A_TURN) {
        work = 0
        await setImmediate()
      }
    }
  }
  return spread
}

/** Mixes the spread with a round one of the same size; without any (one image a category) it is round. */
function shrink(spread: Triangle): Triangle {
  const size = spread.length
  const round = spread.reduce((sum, row, i) => sum + row[i]!, 0) / size
  if (round === 0) return spread.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)))
  return spread.map((row, i) => row.map((value, j) => (1 - SHRINKAGE) * value + (i === j ? SHRINKAGE * round : 0)))
}

/** The lower triangle L with L L^T = matrix, which must be positive definite. */
async function cholesky(matrix: Triangle): Promise<Triangle> {
  const factor = matrix.map((row) => row.slice())
  let work = 0
  for (let i = 0; i < factor.length; i++) {
    const row = factor[i]!
    for (let j = 0; j <= i; j++) {
      const other = factor[j]!
      let sum = row[j]!
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!
      row[j] = i === j ? Math.sqrt(sum) : sum / other[j]!
    }
    work += (i * i) / 2
    if (work > WORK_A_TURN) {
      work = 0
      await setImmediate()
    }
  }
  return factor
}

/** x with L L^T x = b. */
function solve(factor: Triangle, b: Float64Array): Float64Array {
  const x = b.slice()
  for (let i = 0; i < x.length; i++) {
    const row = factor[i]!
    for (let k = 0; k < i; k++) x[i]! -= row[k]! * x[k]!
    x[i]! /= row[i]!
  }
  for (let i = x.length - 1; i >= 0; i--) {
    x[i]! /= factor[i]![i]!
    for (let k = 0; k < i; k++) x[k]! -= factor[i]![k]! * x[i]!
  }
  return x
}
