/**
 * What the score is worth, and how much of the collection's mean should be taken out: docs/explanation/score.md.
 *
 *     node bench/score.ts
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createLanceEngine, createVectors } from '../src/vectors/index.ts'
import { MadeTruth } from '../test/made-truth.ts'
import { type Figure, percentile, report } from './report.ts'
import { centred, meanOf, nearest } from './retrieval-figures.ts'
import { type PictureVector, setVectors } from './set-vectors.ts'

const NO_ATTRIBUTES = {
  ...{ categoryId: 0, intAttr: 0, intAttr2: 0, intAttr3: 0, intAttr4: 0 },
  ...{ strAttr: '', strAttr2: '', strAttr3: '', strAttr4: '' },
}
const INSTANCE = 1
const MODEL = 'sightline-mini-1'
/** Shares of pairs of different products that lie above a cut: what any calibration can choose among. */
const CUTS = [0.01, 0.005, 0.003, 0.001]

const grocery = await setVectors('grocery')
const clothing = (await setVectors('clothing')).map((picture) => ({ ...picture, product: picture.category }))
const part = (name: string) => grocery.filter(({ path }) => path.startsWith(`${name}/`))
const [iconic, test, val] = [part('iconic'), part('test'), part('val')]

const isKept = report('score', [
  ...(await shares('grocery, other photos of the shelf', test, every(5, test), { unrelated: 0.985, related: 0.5 })),
  ...(await shares('grocery, photos of another day', test, val, { unrelated: 0.985, related: 0.5 })),
  ...(await shares('grocery, 30 of the photos', every(80, test), val, { unrelated: 0.97 })),
  ...(await shares('grocery, photos against studio pictures', iconic, every(5, test), { unrelated: 0.985 })),
  ...(await shares('clothing, kinds', clothing, clothing, { unrelated: 0.985 })),
])
process.exitCode = isKept ? 0 : 1
compareMeanShares()

/** Scores of all pairs of a query and a stored picture, through the room. */
async function shares(
  name: string,
  stored: readonly PictureVector[],
  queries: readonly PictureVector[],
  bounds: { unrelated: number; related?: number },
): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'))
  const truth = new MadeTruth()
  stored.forEach(({ vector, product }, i) => void truth.put(i + 1, { ...NO_ATTRIBUTES, vector }, product))
  const engine = await createLanceEngine(folder)
  const vectors = createVectors({ engine, source: truth, log: pino({ level: 'silent' }) })
  await vectors.open(INSTANCE, MODEL, stored[0]!.vector.length)
  let [related, relatedAbove] = [0, 0]
  const [unrelated, nearestSame, strangers]: [number[], number[], number[]] = [[], [], []]
  for (const query of queries) {
    const hits = await vectors.search(INSTANCE, query.vector, { limit: stored.length })
    const others = hits.map(({ id, score }) => ({ score, picture: stored[id - 1]! })).filter((h) => h.picture !== query)
    const same = others.filter(({ picture }) => picture.product === query.product)
    const different = others.filter(({ picture }) => picture.product !== query.product)
    for (const { score } of different) unrelated.push(score)
    related += same.length
    relatedAbove += same.filter(({ score }) => score > 0.5).length
    if (same[0]) nearestSame.push(same[0].score)
    strangers.push(different[0]!.score)
  }
  await vectors.close()
  rmSync(folder, { recursive: true })
  return [
    {
      name: `${name}: different product, score < .3`,
      value: 1 - above(0.3, unrelated),
      unit: '',
      atLeast: bounds.unrelated,
    },
    {
      name: `${name}: nearest of the same product, score > .5`,
      value: above(0.5, nearestSame),
      unit: '',
      ...(bounds.related !== undefined && { atLeast: bounds.related }),
    },
    { name: `${name}: any of the same product, score > .5`, value: relatedAbove / related, unit: '' },
    { name: `${name}: best of all different ones, score > .5`, value: above(0.5, strangers), unit: '' },
    ...CUTS.flatMap((share) => {
      const cut = percentile(unrelated, 1 - share)
      const which = `${name}: above all but ${share * 100} % of the different ones,`
      return [
        { name: `${which} nearest of the same product`, value: above(cut, nearestSame), unit: '' },
        { name: `${which} best of the different ones`, value: above(cut, strangers), unit: '' },
      ]
    }),
  ]
}

/** Ranking with shares of the stored pictures' mean taken out of pictures and queries. */
function compareMeanShares(): void {
  const tasks = [
    { name: 'photos of the shelf, leave one out', stored: test, queries: every(3, test) },
    { name: 'photos of another day', stored: test, queries: val },
    { name: 'photos against studio pictures', stored: iconic, queries: test },
    { name: 'clothing, kinds, leave one out', stored: clothing, queries: clothing },
  ]
  console.log('\nR@1 / R@5 / mAP by the share of the mean that is taken out')
  for (const { name, stored, queries } of tasks) {
    const mean = meanOf(stored.map(({ vector }) => vector))
    const cells = [0, 0.25, 0.5, 0.75, 1].map((share) => {
      const scaled = mean.map((x) => x * share)
      return `${share}: ${ranking(stored, queries, scaled).map(short).join(' / ')}`
    })
    console.log(`  ${name.padEnd(34)} ${cells.join('   ')}`)
  }
}

function ranking(stored: readonly PictureVector[], queries: readonly PictureVector[], mean: Float32Array): number[] {
  const index = stored.map(({ vector }) => centred(vector, mean))
  const at = new Map(stored.map((picture, i) => [picture, i]))
  let [first, inFive, precision] = [0, 0, 0]
  for (const query of queries) {
    const ranked = nearest(centred(query.vector, mean), index, stored.length, at.get(query))
    const hits = ranked.map((i) => stored[i]!.product === query.product)
    let [found, sum] = [0, 0]
    for (const [rank, isHit] of hits.entries()) if (isHit) sum += ++found / (rank + 1)
    if (hits[0]) first++
    if (hits.slice(0, 5).includes(true)) inFive++
    precision += found === 0 ? 0 : sum / found
  }
  return [first, inFive, precision].map((value) => value / queries.length)
}

function above(cut: number, scores: readonly number[]): number {
  return scores.filter((score) => score > cut).length / scores.length
}

function every<T>(n: number, list: readonly T[]): T[] {
  return list.filter((_, i) => i % n === 0)
}

function short(value: number): string {
  return value.toFixed(3).replace(/^0/, '')
}
