import type { Filter } from '../filter.ts'
import type { Image } from '../images/index.ts'
import type { Instance } from '../instances/index.ts'
import type { Region } from '../vision/index.ts'

export interface SearchOptions {
  /** 1..100, default 10. */
  readonly num?: number
  /** 0..499, default 0; start + num at most 500. */
  readonly start?: number
  /** Product instances: only images of this category. */
  readonly categoryId?: number
  readonly filter?: Filter
  /** One image a product: its best. */
  readonly distinct?: boolean
  /** Keeps score >= threshold, 0..1. */
  readonly threshold?: number
  readonly signal?: AbortSignal
}

export interface PictureSearchOptions extends SearchOptions {
  readonly region?: Region
  readonly crop?: boolean
}

export interface Result {
  readonly image: Image
  /** Calibrated 0..1; 1 = the same picture. */
  readonly score: number
  /** Cosine with the collection's mean taken out, -1..1. */
  readonly similarity: number
}

export interface SearchAnswer {
  readonly results: readonly Result[]
  /** Images that match filter and category. */
  readonly found: number
  /** What was looked at; absent when searched by name or text. */
  readonly picture?: {
    readonly categoryId: number
    readonly region: Region
    readonly regions: readonly Region[]
    readonly width: number
    readonly height: number
  }
  /** All categories that were considered, likeliest first. */
  readonly categories: readonly { readonly id: number; readonly name: string }[]
  readonly timings: {
    readonly decodeMs: number
    readonly embedMs: number
    readonly searchMs: number
    readonly totalMs: number
  }
}

export interface Search {
  byPicture(instance: Instance, picture: Uint8Array, options: PictureSearchOptions): Promise<SearchAnswer>
  /** By the picture of a stored image, which is in the answer, too. @throws ImageNotFound */
  byName(
    instance: Instance,
    key: { productId: string; picName: string },
    options: SearchOptions,
  ): Promise<SearchAnswer & { readonly image: Image }>
  /** By what a picture shows. @throws TextEncoderMissing */
  byText(instance: Instance, text: string, options: SearchOptions): Promise<SearchAnswer>
  /** Images that match, in order of id; no score. */
  byFilter(instance: Instance, filter: Filter, page: { num?: number; start?: number }): Promise<readonly Image[]>
  /** Similarity of two pictures on the score scale of the instance. */
  compare(instance: Instance, a: Uint8Array, b: Uint8Array): Promise<{ score: number; similarity: number }>
}
