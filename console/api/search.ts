import { call, path } from './client.ts'
import type { Category, Image } from './images.ts'

export interface SearchInput {
  readonly picture?: Blob | string
  readonly productId?: string
  readonly picName?: string
  readonly text?: string
  readonly filter?: string
  readonly categoryId?: number
  readonly region?: string
  readonly crop?: boolean
  readonly num?: number
  readonly start?: number
  readonly distinct?: boolean
  readonly threshold?: number
}

export interface Result extends Image {
  /** 0..1; absent when searched by filter alone. */
  readonly score?: number
  readonly similarity?: number
}

export interface SearchAnswer {
  readonly results: readonly Result[]
  readonly found?: number
  readonly picture?: {
    readonly categoryId: number
    readonly region: string
    readonly regions: readonly string[]
    readonly width: number
    readonly height: number
  }
  readonly categories?: readonly Category[]
  readonly timings?: {
    readonly decodeMs: number
    readonly embedMs: number
    readonly searchMs: number
    readonly totalMs: number
  }
}

/** A file travels as the body with the rest in the query, everything else as JSON. */
export function searchImages(instance: string, input: SearchInput, signal?: AbortSignal): Promise<SearchAnswer> {
  const { picture, ...rest } = input
  const to = path`/instances/${instance}/search`
  const withSignal = signal ? { signal } : {}
  return picture instanceof Blob
    ? call('POST', to, { query: rest, body: picture, ...withSignal })
    : call('POST', to, { body: input, ...withSignal })
}
