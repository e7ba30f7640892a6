/**
 * Made vectors for benchmarks, the same for the same seed: 100 topics, 2,000 clusters with sizes by a power law, a
 * latent of 48 numbers with a decaying spectrum, and noise as large as the clusters, so that clusters overlap.
 * That is harder for an index than pictures are. Attributes keep 10 %, 1 % and 0.1 % of the rows.
 */
import type { Filter } from '../src/filter.ts'
import type { IndexRow } from '../src/vectors/index.ts'

const TOPICS = 100
const CLUSTERS = 2000
const LATENT = 48
/** Lengths of the parts of a vector, chosen for a cosine of about 0.5 to the nearest and 0.4 to the tenth in 100,000. */
const TOPIC_SPREAD = 0.6
const CLUSTER_SPREAD = 0.6
const POINT_SPREAD = 0.6
const NOISE = 0.85

export interface MadeVectors {
  /** Rows `from` to `from + count - 1`; ids start at 1. */
  rows(from: number, count: number): IndexRow[]
  /** Vectors of the same distribution that are no row's. */
  queries(count: number): Float32Array[]
}

export function makeVectors(dimension: number, seed = 1): MadeVectors {
  const random = randomNumbers(seed)
  const projection = gaussians(random, LATENT * dimension, 1 / Math.sqrt(dimension))
  const spectrum = Float32Array.from({ length: LATENT }, (_, i) => 1 / Math.sqrt(1 + i / 4))
  const energy = Math.hypot(...spectrum)
  const centres = makeCentres(random, spectrum, energy)
  const clusterOf = powerLaw(random)

  function vector(next: () => number, cluster: number): Float32Array {
    const latent = new Float32Array(LATENT)
    for (let i = 0; i < LATENT; i++) {
      latent[i] = centres[cluster * LATENT + i]! + (gaussian(next) * spectrum[i]! * POINT_SPREAD) / energy
    }
    const out = new Float32Array(dimension)
    const noise = NOISE / Math.sqrt(dimension)
    for (let i = 0; i < dimension; i++) out[i] = gaussian(next) * noise
    for (let j = 0; j < LATENT; j++) {
      const weight = latent[j]!
      const offset = j * dimension
      for (let i = 0; i < dimension; i++) out[i]! += weight * projection[offset + i]!
    }
    return normalized(out)
  }

  return {
    rows(from, count) {
      return Array.from({ length: count }, (_, i) => {
        const id = from + i + 1
        const next = randomNumbers(seed * 1_000_003 + id)
        const cluster = clusterOf(next())
        return { id, vector: vector(next, cluster), ...attributes(next, cluster) }
      })
    },
    queries(count) {
      const next = randomNumbers(seed + 999_983)
      return Array.from({ length: count }, () => vector(next, clusterOf(next())))
    },
  }
}

/** Filters over the made attributes by the share of rows that they keep. */
export const MADE_FILTERS: readonly { readonly name: string; readonly filter: Filter | undefined }[] = [
  { name: 'none', filter: undefined },
  { name: '10 %', filter: { kind: 'int', field: 'intAttr3', op: '<', value: 100_000 } },
  // Hard for a graph index: for most queries these leave out the cluster that the query comes from.
  { name: '20 %, far', filter: { kind: 'intIn', field: 'intAttr', not: false, values: [3, 4] } },
  { name: '10 %, far', filter: { kind: 'int', field: 'intAttr', op: '=', value: 3 } },
  { name: '1 %', filter: { kind: 'int', field: 'categoryId', op: '=', value: 7 } },
  { name: '0.1 %', filter: { kind: 'int', field: 'intAttr2', op: '=', value: 7 } },
]

function attributes(next: () => number, cluster: number): Omit<IndexRow, 'id' | 'vector'> {
  return {
    categoryId: Math.floor(next() * 100),
    intAttr: cluster % 10,
    intAttr2: Math.floor(next() * 1000),
    intAttr3: Math.floor(next() * 1_000_000),
    intAttr4: 0,
    strAttr: '',
    strAttr2: '',
    strAttr3: '',
    strAttr4: '',
  }
}

function makeCentres(random: () => number, spectrum: Float32Array, energy: number): Float32Array {
  const topics = gaussians(random, TOPICS * LATENT, TOPIC_SPREAD / energy)
  const centres = gaussians(random, CLUSTERS * LATENT, CLUSTER_SPREAD / energy)
  for (let cluster = 0; cluster < CLUSTERS; cluster++) {
    const topic = Math.floor(random() * TOPICS)
    for (let i = 0; i < LATENT; i++) {
      const at = cluster * LATENT + i
      centres[at] = (centres[at]! + topics[topic * LATENT + i]!) * spectrum[i]!
    }
  }
  return centres
}

/** Picks a cluster from a number in [0, 1): the k-th largest has a share in proportion to k^-0.7. */
function powerLaw(random: () => number): (u: number) => number {
  const ends = new Float64Array(CLUSTERS)
  let total = 0
  for (let k = 0; k < CLUSTERS; k++) {
    total += (k + 1) ** -0.7
    ends[k] = total
  }
  const order = Array.from({ length: CLUSTERS }, (_, i) => i).sort(() => random() - 0.5)
  return (u) => {
    let low = 0
    let high = CLUSTERS - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle]! > u * total) high = middle
      else low = middle + 1
    }
    return order[low]!
  }
}

function gaussians(random: () => number, count: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, () => gaussian(random) * scale)
}

/** Sum of four uniforms, near enough to normal and cheap: a million vectors need 300 million of them. */
function gaussian(next: () => number): number {
  return (next() + next() + next() + next() - 2) * Math.sqrt(3)
}

function normalized(v: Float32Array): Float32Array {
  let sum = 0
  for (const x of v) sum += x * x
  const scale = 1 / Math.sqrt(sum)
  return v.map((x) => x * scale)
}

/** mulberry32: uniform in [0, 1), 32 bits of state. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
