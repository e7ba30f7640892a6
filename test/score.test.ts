import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { createLanceEngine, createVectors } from '../src/vectors/index.ts'
import { createVision, PICTURE_RULES } from '../src/vision/index.ts'
import { madeRow } from './contracts/vectors.ts'
import { MadeTruth } from './made-truth.ts'
import { sharedData } from './needs.ts'

const grocery = sharedData('grocery')
const PRODUCTS = 24
const PHOTOS = 10
const INSTANCE = 1

test('of real photos, different products score below 0.3 and the same one mostly above 0.5', {
  skip: grocery.skip,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-score-'))
  const vision = await createVision({
    modelFolder: fileURLToPath(new URL('../models/sightline-mini', import.meta.url)),
  })
  const truth = new MadeTruth()
  const photos = await photosOfProducts()
  await Promise.all(
    photos.map(async ({ path, product }, i) => {
      const bytes = await readFile(join(grocery.path, path))
      const { vector } = await vision.analyse(bytes, { rules: PICTURE_RULES.open, priority: 'import' })
      truth.put(i + 1, { ...madeRow(0), vector }, product)
    }),
  )
  const engine = await createLanceEngine(folder)
  const vectors = createVectors({ engine, source: truth, log: pino({ level: 'silent' }) })
  await vectors.open(INSTANCE, vision.model.id, vision.model.dimension)

  let [different, below, above] = [0, 0, 0]
  for (const [id, { vector, productId }] of truth.images) {
    const hits = await vectors.search(INSTANCE, vector, { limit: photos.length })
    const others = hits.filter((hit) => hit.id !== id)
    const isSame = (hit: { id: number }) => truth.images.get(hit.id)?.productId === productId
    const wrong = others.filter((hit) => !isSame(hit))
    different += wrong.length
    below += wrong.filter(({ score }) => score < 0.3).length
    if ((others.find(isSame)?.score ?? 0) > 0.5) above++
    assert.deepEqual([hits[0]?.id, hits[0]?.score], [id, 1])
    assert.ok(others.every(({ score }) => score < 1))
  }
  const shares = [below / different, above / photos.length] as const
  t.diagnostic(
    `different products below 0.3: ${shares[0].toFixed(3)}, nearest of the same above 0.5: ${shares[1].toFixed(3)}`,
  )
  assert.ok(shares[0] > 0.98 && shares[1] > 0.7, `${shares}`)

  await vectors.close()
  await vision.close()
  await rm(folder, { recursive: true })
})

/** The first photos of every third product, in the order of the list. */
async function photosOfProducts(): Promise<{ path: string; product: string }[]> {
  const [, ...lines] = (await readFile(join(grocery.path, 'labels.csv'), 'utf8')).trim().split(/\r?\n/)
  const byProduct = new Map<string, string[]>()
  for (const line of lines) {
    const [path = '', product = ''] = line.split(',')
    if (path.startsWith('test/')) byProduct.set(product, [...(byProduct.get(product) ?? []), path])
  }
  const chosen = [...byProduct].filter((_, i) => i % 3 === 0).slice(0, PRODUCTS)
  return chosen.flatMap(([product, paths]) => paths.slice(0, PHOTOS).map((path) => ({ path, product })))
}
