/**
 * Vectors laid flat: their two principal components, found by orthogonal iteration, so that no matrix of all pairs of
 * dimensions is needed.
 */

export interface Projection {
  /** x and y of each vector in turn, 0..1; the most different are farthest apart along x. */
  readonly places: Float32Array
  /** Share of the variance that x and y show, each 0..1. */
  readonly explained: readonly [number, number]
}

/** Enough for neighbouring variances that differ by a tenth; what is left then turns the map a little. */
const MAX_ROUNDS = 80
/** Change of a direction, of length 1, below which a further round moves no point by a pixel. */
const SETTLED = 1e-4

/** @param vectors one after another, each of `dimension` numbers */
export function project(vectors: Float32Array, dimension: number): Projection {
  const count = dimension === 0 ? 0 : vectors.length / dimension
  const places = new Float32Array(2 * count)
  if (count === 0) return { places, explained: [0, 0] }
  const centred = centre(vectors, dimension)
  const total = squares(centred)
  const { first, second } = principalDirections(centred, dimension)
  const explained = [first, second].map((direction, axis) => {
    const along = lengthsAlong(centred, direction)
    spread(along, places, axis)
    return total > 0 ? squares(along) / total : 0
  })
  return { places, explained: [explained[0] ?? 0, explained[1] ?? 0] }
}

function centre(vectors: Float32Array, dimension: number): Float32Array {
  const count = vectors.length / dimension
  const mean = new Float64Array(dimension)
  for (let at = 0; at < vectors.length; at++) mean[at % dimension]! += vectors[at]! / count
  return vectors.map((value, at) => value - mean[at % dimension]!)
}

function principalDirections(rows: Float32Array, dimension: number): { first: Float64Array; second: Float64Array } {
  // Any start that is at right angles to neither will do, but always the same, so that a map stays as it was.
  let first = unit(Float64Array.from({ length: dimension }, (_, i) => Math.sin(i + 1)))
  let second = unit(Float64Array.from({ length: dimension }, (_, i) => Math.cos(3 * i + 1)))
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const nextFirst = unit(turn(rows, first))
    const nextSecond = unit(without(turn(rows, second), nextFirst))
    const moved = Math.max(distance(first, nextFirst), distance(second, nextSecond))
    first = nextFirst
    second = nextSecond
    if (moved < SETTLED) break
  }
  return { first: facing(first), second: facing(second) }
}

/** The direction times the covariance of the rows, but for its length. */
function turn(rows: Float32Array, direction: Float64Array): Float64Array {
  const dimension = direction.length
  const along = lengthsAlong(rows, direction)
  const sum = new Float64Array(dimension)
  for (let row = 0; row < along.length; row++) {
    const weight = along[row]!
    const offset = row * dimension
    for (let i = 0; i < dimension; i++) sum[i]! += weight * rows[offset + i]!
  }
  return sum
}

/** How far each row lies along the direction. */
function lengthsAlong(rows: Float32Array, direction: Float64Array): Float64Array {
  const dimension = direction.length
  return Float64Array.from({ length: rows.length / dimension }, (_, row) => {
    let sum = 0
    for (let i = 0; i < dimension; i++) sum += rows[row * dimension + i]! * direction[i]!
    return sum
  })
}

/** Writes the values into every second place, stretched to 0..1; equal ones go into the middle. */
function spread(values: Float64Array, places: Float32Array, axis: number): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const span = most - least
  for (const [i, value] of values.entries()) places[2 * i + axis] = span > 1e-9 ? (value - least) / span : 0.5
}

/** A principal direction is as good as its opposite; the one whose largest part is positive is taken. */
function facing(direction: Float64Array): Float64Array {
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
  return largest < 0 ? direction.map((value) => -value) : direction
}

function without(vector: Float64Array, direction: Float64Array): Float64Array {
  const along = dot(vector, direction)
  return vector.map((value, i) => value - along * direction[i]!)
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(squares(vector))
  return length > 0 ? vector.map((value) => value / length) : vector
}

const distance = (a: Float64Array, b: Float64Array): number => Math.sqrt(squares(a.map((value, i) => value - b[i]!)))
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

function squares(values: Float32Array | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}
