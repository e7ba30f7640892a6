/**
 * Copies of a picture among the stored ones, by hash: what was made grey or very small, or brighter, has another vector
 * and nearly the same hash. docs/explanation/copies.md says how the bounds were measured.
 */
import { type Filter, matches } from '../filter.ts'
import { type Hash, type Hashes, isPlain } from '../hashes/index.ts'
import type { Images } from '../images/index.ts'
import type { SearchHit, Vectors } from '../vectors/index.ts'

export interface FindCopiesParts {
  readonly hashes: Hashes
  readonly vectors: Pick<Vectors, 'compare' | 'similarity'>
  readonly images: Pick<Images, 'load'>
  readonly loadVectors: (imageIds: readonly number[]) => Promise<ReadonlyMap<number, Float32Array>>
}

/** Bits by which the hash of a copy differs at most. */
const COPY_BITS = 3
/** A different picture within so many bits more than the closest one: the hash does not tell which of them it is. */
const MARGIN_BITS = 4
/** Similarity from which two stored pictures are taken for the same one. */
const ALIKE = 0.9
/** Pictures near to each other that are looked at. */
const MAX_RIVALS = 30
/** Score of a copy whose hash is the same, and what every differing bit takes from it: between 0.96 and 0.99. */
const COPY_SCORE = 0.99
const SCORE_OF_BIT = 0.01
/** Longest wait of a search for the hashes when they have just begun to be read. */
export const PATIENCE_MS = 200

/**
 * Stored copies of a picture; none when its hash is also near to that of a different picture (studio pictures of cartons
 * of the same shape).
 *
 * @param picture vector of length 1, raw
 */
export async function findCopies(
  { hashes, vectors, images, loadVectors }: FindCopiesParts,
  instanceId: number,
  picture: { readonly hash: Hash; readonly vector: Float32Array },
  filter: Filter | undefined,
): Promise<SearchHit[]> {
  if (isPlain(picture.hash)) return []
  const near = await (await hashes.open(instanceId, PATIENCE_MS)).near(picture.hash, COPY_BITS + MARGIN_BITS)
  const least = Math.min(...near.map(({ distance }) => distance))
  if (near.length === 0 || least > COPY_BITS) return []
  const rivals = near.filter(({ distance }) => distance <= least + MARGIN_BITS)
  if (rivals.length > MAX_RIVALS) return []

  const stored = await loadVectors(rivals.map(({ id }) => id))
  const closest = stored.get(rivals.find(({ distance }) => distance === least)?.id as number)
  const isSure = (id: number) => {
    const vector = stored.get(id)
    return !vector || !closest || vectors.similarity(instanceId, vector, closest) >= ALIKE
  }
  if (!rivals.every(({ id }) => isSure(id))) return []

  const copies = rivals.filter(({ id, distance }) => distance <= COPY_BITS && stored.has(id))
  const allowed = filter && (await idsThatMatch(images, instanceId, copies, filter))
  return copies
    .filter(({ id }) => !allowed || allowed.has(id))
    .map(({ id, distance }) => {
      const { similarity, score } = vectors.compare(instanceId, picture.vector, stored.get(id) as Float32Array)
      return { id, similarity, score: Math.max(score, COPY_SCORE - SCORE_OF_BIT * distance) }
    })
}

async function idsThatMatch(
  images: FindCopiesParts['images'],
  instanceId: number,
  copies: readonly { readonly id: number }[],
  filter: Filter,
): Promise<Set<number>> {
  const rows = await images.load(
    instanceId,
    copies.map(({ id }) => id),
  )
  return new Set([...rows.values()].filter((image) => matches(filter, image)).map(({ id }) => id))
}
