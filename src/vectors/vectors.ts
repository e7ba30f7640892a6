/**
 * What the vector room is to others: its services, what it asks of the truth, and what it keeps about an index.
 */
import type { Filterable } from '../attributes.ts'
import type { Filter } from '../filter.ts'
import type { Hit } from './port.ts'

/** What happened to one image: `image` absent = deleted. Changes may come twice and out of order; `seq` decides. */
export interface Change {
  readonly seq: number
  readonly imageId: number
  readonly image?: Filterable & { readonly vector: Float32Array }
}

/** Saved state of one index (table `vector_index`). */
export interface Generation {
  readonly id: number
  readonly instanceId: number
  readonly model: string
  readonly state: 'building' | 'active'
  readonly mean: Float32Array
  readonly calibration: Calibration
  readonly appliedSeq: number
}

/**
 * Where similarities of pictures of different products lie, in standard deviations from the mean similarity of a query
 * to other pictures; measured on the collection. Scores are counted from it (score.ts).
 */
export interface Calibration {
  /** Images the collection had when it was measured. */
  readonly images: number
  readonly unrelatedMedian: number
  readonly unrelatedP99: number
}

/** What the vector room asks of the truth. The composition root makes it from the store. */
export interface VectorSource {
  /**
   * The next changes after `seq`, in order, with the image's present vector and attributes. Several changes of an image
   * among the `limit` that are read come as the last one; none = there are no more.
   */
  changesAfter(instanceId: number, model: string, seq: number, limit: number): Promise<Change[]>
  /** All images in order of id after `afterId`, at most `limit`: for building a new index. */
  imagesAfter(instanceId: number, model: string, afterId: number, limit: number): Promise<Required<Change>[]>
  /** Highest seq of the change log, 0 = none. */
  lastSeq(instanceId: number): Promise<number>
  /** Vectors of up to `n` images picked at random, with their products; for mean and calibration. */
  sample(instanceId: number, model: string, n: number): Promise<{ productId: string; vector: Float32Array }[]>
  countImages(instanceId: number): Promise<number>
  generations(): Promise<Generation[]>
  createGeneration(g: Omit<Generation, 'id'>): Promise<Generation>
  /** Sets state and appliedSeq. */
  updateGeneration(id: number, change: { state?: 'active'; appliedSeq?: number }): Promise<void>
  deleteGeneration(id: number): Promise<void>
}

export interface SearchHit extends Hit {
  /** Calibrated 0..1. */
  readonly score: number
}

export interface IndexState {
  readonly instanceId: number
  readonly generation: number
  /** Changes committed but not yet in the engine's table (they are searchable all the same). */
  readonly pending: number
  readonly rows: number
  readonly calibration: Calibration
  readonly isRebuilding: boolean
}

/** The room as services see it. Instances are opened at start and at creation. */
export interface Vectors {
  /** Opens the index of an instance, makes it if it is missing, and applies what the change log has beyond it. */
  open(instanceId: number, model: string, dimension: number): Promise<void>
  /** Called after the commit, before the acknowledgement: from here on every search sees the changes. */
  apply(instanceId: number, changes: readonly Change[]): void
  /** Resolves when there is room for more changes; writers of many rows wait here (bounded memory). */
  ready(instanceId: number, signal?: AbortSignal): Promise<void>
  /** Nearest images by cosine with half of the collection's mean taken out, best first; `query` is raw. */
  search(instanceId: number, query: Float32Array, search: { limit: number; filter?: Filter }): Promise<SearchHit[]>
  /** Cosine of two raw vectors with half of the collection's mean taken out. */
  similarity(instanceId: number, a: Float32Array, b: Float32Array): number
  /** The same, and its score on the scale of the instance. */
  compare(instanceId: number, a: Float32Array, b: Float32Array): { similarity: number; score: number }
  count(instanceId: number, filter?: Filter): Promise<number>
  state(instanceId: number): IndexState
  /** Ids in index and pending changes together, for `doctor`. */
  ids(instanceId: number): AsyncIterable<readonly number[]>
  /** Makes the index again from the store beside the old one, then switches. */
  rebuild(instanceId: number): Promise<void>
  /** Drops the index of an instance (drop, clear). */
  drop(instanceId: number): Promise<void>
  close(): Promise<void>
}
