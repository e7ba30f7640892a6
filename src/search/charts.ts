import type { Instance } from '../instances/index.ts'

/** One image on the map. */
export interface MapPoint {
  readonly id: number
  readonly productId: string
  readonly picName: string
  readonly categoryId: number
  /** 0..1: images that look alike lie near one another, though not all that lie near look alike. */
  readonly x: number
  readonly y: number
}

export interface InstanceMap {
  /** Images that the instance has; `points` are a sample of them when there are many. */
  readonly images: number
  readonly points: readonly MapPoint[]
  /** Share of the differences between images that x and y show, each 0..1. */
  readonly explained: readonly [number, number]
}

export interface GrowthPoint {
  readonly atMs: number
  /** Images there were then, of those that there are now. */
  readonly images: number
}

/** An instance as a whole, for pictures of it. */
export interface Charts {
  /**
   * The images laid flat by the two directions in which they differ most. Computed in a thread when the collection has
   * changed since the last time; those who ask meanwhile wait for the same.
   */
  map(instance: Instance): Promise<InstanceMap>
  /** How the instance grew, oldest first; some 100 points, however many images there are. */
  growth(instance: Instance): Promise<readonly GrowthPoint[]>
  /** Ends what is being computed. */
  close(): Promise<void>
}
