import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, path, post } from './client.ts'

export interface Bucket {
  readonly name: string
  readonly driver: 'file' | 's3' | 'oss' | 'http'
  readonly options: Readonly<Record<string, unknown>>
  readonly createdMs: number
}

export interface BucketTest {
  readonly ok: boolean
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

export interface Listing {
  readonly folders: readonly string[]
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number }[]
}

export function useBuckets() {
  return useQuery({ queryKey: ['buckets'], queryFn: () => get<{ buckets: Bucket[] }>('/buckets') })
}

export const BROWSE_LIMIT = 500

/** @param prefix '' or a folder with its slash at the end */
export function useBrowse(bucket: string, prefix: string) {
  return useQuery({
    queryKey: ['browse', bucket, prefix],
    queryFn: ({ signal }) => get<Listing>(path`/buckets/${bucket}/browse`, { prefix, limit: BROWSE_LIMIT }, signal),
    enabled: bucket !== '',
    placeholderData: (before) => before,
  })
}

export type NewBucket = { readonly name: string } & Readonly<Record<string, unknown>>

export function useAddBucket() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (bucket: NewBucket) => post<Bucket>('/buckets', bucket),
    onSuccess: () => client.invalidateQueries({ queryKey: ['buckets'] }),
  })
}

export const testBucket = (name: string) => post<BucketTest>(path`/buckets/${name}/test`)

export function useRemoveBucket() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => del(path`/buckets/${name}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['buckets'] }),
  })
}
