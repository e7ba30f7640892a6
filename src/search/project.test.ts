import assert from 'node:assert/strict'
import { test } from 'node:test'
import { project } from './project.ts'

const DIMENSION = 24

/** Three groups of points: two far apart along one direction, the third off to the side; a little noise. */
function threeGroups(count: number): Float32Array {
  const vectors = new Float32Array(count * DIMENSION)
  for (let row = 0; row < count; row++) {
    const group = row % 3
    const offset = row * DIMENSION
    vectors[offset + 5] = group === 0 ? -2 : 2
    vectors[offset + 11] = group === 2 ? 1 : 0
    for (let i = 0; i < DIMENSION; i++) vectors[offset + i]! += 0.05 * Math.sin(row * 7.3 + i * 1.7 + row * i)
  }
  return vectors
}

test('groups of like vectors lie apart on the map, the most different along x', () => {
  const { places, explained } = project(threeGroups(90), DIMENSION)
  const at = (row: number) => [places[2 * row]!, places[2 * row + 1]!] as const
  for (let row = 3; row < 90; row++) {
    const [x, y] = at(row)
    const [ownX, ownY] = at(row % 3)
    assert.ok(Math.hypot(x - ownX, y - ownY) < 0.2, `row ${row} lies with its group`)
  }
  assert.ok(Math.abs(at(0)[0] - at(1)[0]) > 0.7)
  assert.ok(Math.abs(at(1)[1] - at(2)[1]) > 0.5)
  assert.ok(explained[0] > explained[1] && explained[0] + explained[1] > 0.9)
  assert.ok(explained[0] + explained[1] <= 1.000001)
})

test('the same vectors give the same map', () => {
  const vectors = threeGroups(60)
  assert.deepEqual(project(vectors, DIMENSION), project(vectors.slice(), DIMENSION))
})

test('no vectors, one vector and equal vectors have a map, too', () => {
  assert.deepEqual(project(new Float32Array(0), 0), { places: new Float32Array(0), explained: [0, 0] })
  const equal = new Float32Array(3 * DIMENSION).fill(0.2)
  for (const vectors of [equal.slice(0, DIMENSION), equal]) {
    const { places, explained } = project(vectors, DIMENSION)
    assert.ok(places.every((place) => place === 0.5))
    assert.deepEqual(explained, [0, 0])
  }
})
