import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, path, post, put } from './client.ts'

/** `environment`, `ram-role`: what the server's machine has. */
export type Auth = 'key' | 'environment' | 'ram-role' | 'oidc' | 'anonymous'

export interface BucketSource {
  readonly driver: 'file' | 's3' | 'oss' | 'http'
  readonly options: Readonly<Record<string, string | number | boolean>>
}

export interface Bucket extends BucketSource {
  readonly name: string
  /** Of the key it signs with; the secret is never given. */
  readonly accessKeyId?: string
  readonly createdMs: number
}

export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Of temporary keys. */
  readonly securityToken?: string
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

export type NewBucket = BucketSource & { readonly name: string; readonly credentials?: Credentials }

export function useAddBucket() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (bucket: NewBucket) => post<Bucket>('/buckets', bucket),
    onSuccess: () => client.invalidateQueries({ queryKey: ['buckets'] }),
  })
}

export function useReplaceKey(name: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (credentials: Credentials) => put<Bucket>(path`/buckets/${name}/credentials`, credentials),
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
