import type { Image } from '../images/index.ts'
import type { Instance } from '../instances/index.ts'

export interface Copy {
  readonly image: Image
  /** Bits in which its hash differs from the representative's, 0 to 3. */
  readonly distance: number
  /** Its hash is near to that of the mirrored representative. */
  readonly isMirrored: boolean
  /** Cosine of the two vectors, 0.7 to 1. */
  readonly similarity: number
}

/** Pictures that are copies of one picture: each of it, never of one another only. */
export interface CopyGroup {
  /** The first image that was put. */
  readonly representative: Image
  /** In the order they were put, at most {@link MAX_COPIES}. */
  readonly copies: readonly Copy[]
  /** There are more copies than are shown. */
  readonly hasMore: boolean
}

export interface CopiesPage {
  readonly groups: readonly CopyGroup[]
  /** Where the next page begins; undefined = this was the last. A page may be empty and not the last. */
  readonly next?: number
}

/** Both keep a group from coming back. `keep`: copies, and both stay; `ignore`: no copies. */
export type Decision = 'keep' | 'ignore'

export interface Decided {
  readonly id: number
  readonly decision: Decision
  readonly decidedMs: number
  /** The first {@link MAX_DECIDED_SHOWN}, in the order they were put. */
  readonly images: readonly Image[]
  /** How many images there are altogether. */
  readonly imageCount: number
}

export interface DecisionsPage {
  readonly decisions: readonly Decided[]
  /** Where the next page begins; undefined = this was the last. */
  readonly next?: number
}

/** Copies of a group that are shown. */
export const MAX_COPIES = 100
/** Images of a decision that are shown. */
export const MAX_DECIDED_SHOWN = 12
/** Images of one decision: a whole group as it is shown, and some. */
export const MAX_DECIDED = 1000

export interface Copies {
  /**
   * Groups in the order of their representatives. The work for a page is bounded, so that in large instances a page may
   * have fewer groups than `limit`, or none.
   *
   * @param page.after 0, or `next` of the page before
   */
  list(instance: Instance, page: { after: number; limit: number; signal?: AbortSignal }): Promise<CopiesPage>
  /**
   * Keeps pairs of images from being shown as copies: all pairs of `imageIds`. Deleting an image, or replacing it by
   * another picture, forgets what was decided about it.
   *
   * @param imageIds 2 to {@link MAX_DECIDED}
   * @returns the id of the decision
   * @throws CopyImageMissing, CopyDecisionInvalid
   */
  decide(instance: Instance, imageIds: readonly number[], decision: Decision): Promise<number>
  /**
   * What was decided, newest first.
   *
   * @param page.before `next` of the page before; absent = from the newest
   */
  decisions(instance: Instance, page: { before?: number; limit: number }): Promise<DecisionsPage>
  /** Takes a decision back: its images are listed again where they are copies. @throws CopyDecisionMissing */
  undo(instance: Instance, decisionId: number): Promise<void>
}
