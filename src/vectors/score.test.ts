import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { madeVector } from '../../test/contracts/vectors.ts'
import { centre, meanToTakeOut } from './centring.ts'
import { Matrix } from './matrix.ts'
import { anchorsOf, calibrate, scoreOf } from './score.ts'

const PRIOR = await calibrate([], new Matrix(1), 0)
const queries = fc.integer().map((seed) => madeVector(seed))
const cohorts = fc.oneof(
  fc.array(queries, { maxLength: 40 }),
  // A collection of one picture, stored many times.
  fc.tuple(queries, fc.nat(100)).map(([vector, count]) => Array.from({ length: count }, () => vector)),
)

suite('scores', () => {
  test('grow with the similarity, stay within 0 and 1, and are 1 for the same picture only', () => {
    const similarities = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 50 })
    fc.assert(
      fc.property(queries, cohorts, similarities, (query, cohort, list) => {
        const anchors = anchorsOf(query, new Matrix(query.length, cohort), { ...PRIOR, images: cohort.length })
        const scores = [...list].sort((a, b) => a - b).map((similarity) => scoreOf(similarity, anchors))
        for (const [i, score] of scores.entries()) assert.ok(score >= (scores[i - 1] ?? 0) && score <= 1, `${scores}`)
        assert.equal(scoreOf(1, anchors), 1)
        assert.equal(scoreOf(1 - 1e-6, anchors), 1)
        assert.ok(scoreOf(1 - 2e-5, anchors) <= 0.99)
      }),
    )
  })

  test('have no jump', () => {
    fc.assert(
      fc.property(queries, cohorts, (query, cohort) => {
        const anchors = anchorsOf(query, new Matrix(query.length, cohort), { ...PRIOR, images: cohort.length })
        let before = scoreOf(-1, anchors)
        for (let similarity = -1; similarity < 0.9999; similarity += 0.0005) {
          const score = scoreOf(similarity, anchors)
          assert.ok(score - before < 0.05, `${before} to ${score} at ${similarity}`)
          before = score
        }
      }),
      { numRuns: 20 },
    )
  })

  test('are sensible in an empty collection, as for the encoder in general', () => {
    const anchors = anchorsOf(madeVector(1), new Matrix(1), PRIOR)
    assert.ok(scoreOf(0.25, anchors) < 0.05)
    assert.ok(scoreOf(0.7, anchors) < 0.3)
    assert.ok(scoreOf(0.9, anchors) > 0.5)
  })

  test('put one in a hundred unrelated pictures above 0.3, in a collection of any kind', async () => {
    // Pictures that have much in common, as in a shop of one kind of thing, and such that have nothing.
    for (const common of [0, 0.5, 2]) {
      const shared = madeVector(77, 64)
      const vector = (seed: number) => madeVector(seed, 64).map((x, i) => x + common * shared[i]!)
      const sample = Array.from({ length: 600 }, (_, i) => ({ productId: `${i}`, vector: vector(i) }))
      const mean = meanToTakeOut(
        sample.map((one) => one.vector),
        sample.length,
        64,
      )
      const centred = sample.map((one) => ({ ...one, vector: centre(one.vector, mean) }))
      const cohort = new Matrix(64, centred.map((one) => one.vector).slice(0, 300))
      const calibration = await calibrate(centred, cohort, sample.length)
      let above = 0
      for (let seed = 0; seed < 100; seed++) {
        const query = centre(vector(10_000 + seed), mean)
        const anchors = anchorsOf(query, cohort, calibration)
        for (const other of centred) {
          const similarity = other.vector.reduce((sum, x, i) => sum + x * query[i]!, 0)
          if (scoreOf(similarity, anchors) > 0.3) above++
        }
      }
      const share = above / (100 * sample.length)
      assert.ok(share > 0.003 && share < 0.02, `${share} with ${common} in common`)
    }
  })
})

suite('centring', () => {
  test('gives finite vectors of length 1, whatever the collection', () => {
    const any = fc.array(fc.float({ noNaN: false }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(any, fc.array(queries, { maxLength: 30 }), (numbers, others) => {
        const vector = Float32Array.from(numbers)
        const mean = meanToTakeOut(
          others.map((other) => other.slice(0, 4)),
          others.length,
          4,
        )
        assert.ok(Math.abs(Math.hypot(...centre(vector, mean)) - 1) < 1e-5)
      }),
    )
  })

  test('leaves the only picture of a collection, and copies of it, as they are', () => {
    const vector = madeVector(3)
    for (const count of [1, 2, 30, 10_000]) {
      const mean = meanToTakeOut([vector], count, vector.length)
      const similarity = centre(vector, mean).reduce((sum, x, i) => sum + x * vector[i]!, 0)
      assert.ok(similarity > 0.999999)
    }
  })
})
