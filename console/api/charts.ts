import { useQuery } from '@tanstack/react-query'
import { get, path } from './client.ts'
import type { ImageKey } from './images.ts'

export interface MapPoint extends ImageKey {
  readonly id: number
  readonly categoryId: number
  /** 0..1, like images near one another. */
  readonly x: number
  readonly y: number
}

export interface InstanceMap {
  readonly images: number
  /** All images, or a sample of some thousand. */
  readonly points: readonly MapPoint[]
  readonly explained: readonly [number, number]
}

export function useMap(instance: string, isAsked = true) {
  return useQuery({
    queryKey: ['images', instance, 'map'],
    queryFn: ({ signal }) => get<InstanceMap>(path`/instances/${instance}/map`, undefined, signal),
    staleTime: 60_000,
    enabled: isAsked,
  })
}

export interface GrowthPoint {
  readonly atMs: number
  readonly images: number
}

export function useGrowth(instance: string, isAsked: boolean) {
  return useQuery({
    queryKey: ['images', instance, 'growth'],
    queryFn: ({ signal }) => get<{ points: GrowthPoint[] }>(path`/instances/${instance}/growth`, undefined, signal),
    staleTime: 60_000,
    enabled: isAsked,
  })
}
