/**
 * How often the predicted category is the right one, for four splits into images whose category is known and images
 * that are asked about; beside two simpler ways to predict.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitCategories, rankCategories } from '../src/images/category.ts'
import { loadConfig } from '../src/ops/config.ts'
import { createVision, PICTURE_RULES } from '../src/vision/index.ts'
import { categoryIds, labels, SHARED_DATA } from './datasets.ts'
import { type Figure, report } from './report.ts'

interface Labelled {
  readonly path: string
  readonly product: string
  readonly category: number
  readonly vector: Float32Array
}

const NEIGHBOURS = 10

async function embedded(set: string): Promise<Labelled[]> {
  const { config } = loadConfig({ env: {} })
  const vision = await createVision(config)
  const pictures = labels(set)
  const ids = categoryIds(pictures)
  const results = await Promise.all(
    pictures.map(async ({ path, product, category }) => {
      const bytes = readFileSync(join(SHARED_DATA, set, path))
      const { vector } = await vision.analyse(bytes, { rules: PICTURE_RULES.open, priority: 'import' })
      return { path, product, category: ids.get(category) as number, vector }
    }),
  )
  await vision.close()
  return results
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function mean(vectors: readonly Float32Array[]): Float32Array {
  return vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / vectors.length)
}

function centred(vector: Float32Array, middle: Float32Array): Float32Array {
  const off = vector.map((value, i) => value - middle[i]!)
  const length = Math.sqrt(dot(off, off))
  return off.map((value) => value / length)
}

function nearestMean(known: readonly Labelled[]): (vector: Float32Array) => number {
  const byCategory = [...Map.groupBy(known, (one) => one.category)]
  const means = byCategory.map(([id, all]) => ({ id, vector: mean(all.map((one) => one.vector)) }))
  const middle = mean(means.map(({ vector }) => vector))
  const prototypes = means.map(({ id, vector }) => ({ id, vector: centred(vector, middle) }))
  return (vector) => {
    const off = centred(vector, middle)
    return prototypes.sort((a, b) => dot(b.vector, off) - dot(a.vector, off))[0]!.id
  }
}

function nearestNeighbours(known: readonly Labelled[]): (vector: Float32Array) => number {
  const middle = mean(known.map((one) => one.vector))
  const all = known.map(({ category, vector }) => ({ category, vector: centred(vector, middle) }))
  return (vector) => {
    const off = centred(vector, middle)
    const hits = all.map((one) => ({ category: one.category, similarity: dot(one.vector, off) }))
    const votes = new Map<number, number>()
    for (const { category, similarity } of hits.sort((a, b) => b.similarity - a.similarity).slice(0, NEIGHBOURS)) {
      votes.set(category, (votes.get(category) ?? 0) + Math.max(0, similarity) ** 4)
    }
    return [...votes].sort((a, b) => b[1] - a[1])[0]![0]
  }
}

function share(asked: readonly Labelled[], predict: (vector: Float32Array) => number): number {
  return asked.filter((one) => predict(one.vector) === one.category).length / asked.length
}

const grocery = (await embedded('grocery')).filter((one) => !one.path.startsWith('iconic'))
const clothing = await embedded('clothing')
const products = [...new Set(grocery.map((one) => one.product))].sort()
const isKnownProduct = ({ product }: Labelled): boolean => products.indexOf(product) % 2 === 0

const splits: [name: string, known: Labelled[], asked: Labelled[], atLeast: number][] = [
  [
    'grocery, every second photo known',
    grocery.filter((_, i) => i % 2 === 0),
    grocery.filter((_, i) => i % 2 === 1),
    0.77,
  ],
  [
    'grocery, val known, test asked',
    grocery.filter((one) => one.path.startsWith('val')),
    grocery.filter((one) => one.path.startsWith('test')),
    0.37,
  ],
  [
    'grocery, every second product known',
    grocery.filter(isKnownProduct),
    grocery.filter((one) => !isKnownProduct(one)),
    0.46,
  ],
  [
    'clothing, validation known, test asked',
    clothing.filter((one) => one.path.startsWith('validation')),
    clothing.filter((one) => one.path.startsWith('test')),
    0.68,
  ],
]

const figures: Figure[] = []
for (const [name, known, all, atLeast] of splits) {
  const byCategory = Map.groupBy(known, (one) => one.category)
  const asked = all.filter((one) => byCategory.has(one.category))
  const vectors = new Map([...byCategory].map(([id, some]) => [id, some.map((one) => one.vector)]))
  const model = await fitCategories(vectors)
  const sizes = `${known.length} known, ${asked.length} asked, ${byCategory.size} categories`
  const product = share(asked, (vector) => rankCategories(model, vector)[0]!)
  figures.push(
    { name: `${name} (${sizes})`, value: product, unit: 'right', atLeast },
    { name: '  the nearest mean instead', value: share(asked, nearestMean(known)), unit: 'right' },
    { name: `  ${NEIGHBOURS} nearest images instead`, value: share(asked, nearestNeighbours(known)), unit: 'right' },
  )
}
process.exitCode = report('category', figures) ? 0 : 1
