/** Retrieval figures of one way of making vectors, over rankings of whole collections. */
import { centred, meanOf } from './retrieval-figures.ts'

export interface Labelled {
  readonly set: string
  readonly path: string
  readonly product: string
  readonly category: string
  /** Length 1. */
  readonly vector: Float32Array
}

/** The columns of docs/explanation/which-vector.md, each `a / b / c`. */
export const COLUMNS = [
  'category P@1 / P@10 / mAP',
  'product P@1 / P@10 / mAP',
  'cartons P@1 / P@10 / mAP',
  'catalogue R@1 / R@5 / MRR',
  'val→test R@1',
  'clothing P@1 / P@10 / mAP',
] as const

/** @param queryStep every how many-th picture of the large sets is asked as a query */
export function figures(pictures: readonly Labelled[], isCentred: boolean, queryStep: number): string[] {
  const grocery = collection(pictures, 'grocery', isCentred)
  const clothing = collection(pictures, 'clothing', isCentred)
  const test = grocery.filter(({ path }) => path.startsWith('test/'))
  const cartons = test.filter(({ path }) => path.includes('/Packages/'))
  const iconic = grocery.filter(({ path }) => path.startsWith('iconic/'))
  const val = grocery.filter(({ path }) => path.startsWith('val/'))
  return [
    leaveOneOut(test, 'category', queryStep),
    leaveOneOut(test, 'product', queryStep),
    leaveOneOut(cartons, 'product', queryStep),
    catalogue(iconic, test),
    [mean(val.map((query) => (rank(query, test)[0]?.product === query.product ? 1 : 0)))],
    leaveOneOut(clothing, 'category', 1),
  ].map((values) => values.map((value) => value.toFixed(3).replace(/^0/, '')).join(' / '))
}

/** One set; centred = the mean of its vectors taken out. */
function collection(pictures: readonly Labelled[], set: string, isCentred: boolean): Labelled[] {
  const own = pictures.filter((picture) => picture.set === set)
  if (!isCentred) return own
  const middle = meanOf(own.map(({ vector }) => vector))
  return own.map((picture) => ({ ...picture, vector: centred(picture.vector, middle) }))
}

/** P@1, P@10 (of at most as many as there are) and mAP over the whole ranking. */
function leaveOneOut(pictures: readonly Labelled[], label: 'product' | 'category', queryStep: number): number[] {
  const rows: number[][] = []
  for (let i = 0; i < pictures.length; i += queryStep) {
    const query = pictures[i]!
    const hits = rank(query, pictures).map((other) => other[label] === query[label])
    const relevant = hits.filter(Boolean).length
    if (relevant === 0) continue
    let found = 0
    let precisions = 0
    for (const [at, isHit] of hits.entries()) if (isHit) precisions += ++found / (at + 1)
    const inTen = hits.slice(0, 10).filter(Boolean).length
    rows.push([hits[0] ? 1 : 0, inTen / Math.min(10, relevant), precisions / relevant])
  }
  return [0, 1, 2].map((column) => mean(rows.map((row) => row[column]!)))
}

/** R@1, R@5 and the mean reciprocal rank of photos asked against one catalogue picture a product. */
function catalogue(iconic: readonly Labelled[], photos: readonly Labelled[]): number[] {
  const ranks = photos.map((query) => 1 + rank(query, iconic).findIndex(({ product }) => product === query.product))
  return [mean(ranks.map((r) => +(r === 1))), mean(ranks.map((r) => +(r <= 5))), mean(ranks.map((r) => 1 / r))]
}

/** All others by dot product, best first. */
function rank(query: Labelled, pictures: readonly Labelled[]): Labelled[] {
  return pictures
    .filter((other) => other !== query)
    .map((other) => ({ other, score: dot(query.vector, other.vector) }))
    .sort((a, b) => b.score - a.score)
    .map(({ other }) => other)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
