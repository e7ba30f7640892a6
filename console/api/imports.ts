import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'preact/hooks'
import { address, get, path, post } from './client.ts'

export type ImportState = 'running' | 'paused' | 'cancelled' | 'done' | 'failed'

export interface ImportStatus {
  readonly id: number
  readonly bucket: string
  readonly path: string
  readonly roleArn: string
  readonly callbackAddress: string
  readonly state: ImportState
  /** Why the import as a whole failed, or what it waits for; '' otherwise. */
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly lines: number
  readonly isPlanned: boolean
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  readonly causes: Readonly<Record<string, number>>
  /** Rows a second over the last 10 s. */
  readonly rate: number
  readonly secondsLeft?: number
  readonly createdMs: number
  readonly modifiedMs: number
  readonly finishedMs: number
}

export interface RowOutcome {
  readonly line: number
  readonly outcome: 'failed' | 'skipped'
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly productId: string
  readonly picName: string
}

export interface ImportStart {
  readonly bucket: string
  readonly path: string
  readonly roleArn?: string
}

export const isEnded = ({ state }: ImportStatus): boolean => state !== 'running' && state !== 'paused'

export function useImports(instance: string, page: { limit: number; start: number }) {
  return useQuery({
    queryKey: ['imports', instance, page],
    queryFn: ({ signal }) =>
      get<{ total: number; imports: ImportStatus[] }>(path`/instances/${instance}/imports`, page, signal),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data?.imports.some((one) => !isEnded(one)) ? 1500 : 15_000),
  })
}

/** An import, live: read once, then told by the server whenever it changes, through broken connections too. */
export function useImport(id: number) {
  const client = useQueryClient()
  const query = useQuery({
    queryKey: ['import', id],
    queryFn: ({ signal }) => get<ImportStatus>(path`/imports/${id}`, undefined, signal),
    staleTime: 0,
  })
  const [isLive, setLive] = useState(true)
  const isWatched = query.data !== undefined && !isEnded(query.data)
  useEffect(() => {
    if (!isWatched) return
    const events = new EventSource(address(path`/imports/${id}/events`))
    events.addEventListener('open', () => setLive(true))
    events.addEventListener('status', (event) => {
      const status: ImportStatus = JSON.parse((event as MessageEvent<string>).data)
      client.setQueryData(['import', id], status)
      if (!isEnded(status)) return
      events.close()
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'import' || queryKey[1] !== id })
    })
    // The browser connects again by itself unless the answer was an error; then the status is asked for instead.
    events.addEventListener('error', () => {
      setLive(false)
      if (events.readyState === EventSource.CLOSED) void client.invalidateQueries({ queryKey: ['import', id] })
    })
    return () => events.close()
  }, [client, id, isWatched])
  return { ...query, isLive }
}

export function useImportRows(id: number, page: { afterLine: number; limit: number; code?: string }, isShown: boolean) {
  return useQuery({
    queryKey: ['import', id, 'rows', page],
    queryFn: ({ signal }) => get<{ rows: RowOutcome[] }>(path`/imports/${id}/rows`, page, signal),
    placeholderData: (before) => before,
    enabled: isShown,
  })
}

export function useImportAction(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'cancel' | 'retry') => post<ImportStatus>(path`/imports/${id}/${verb}`),
    onSuccess: (status) => {
      if (status?.id === id) client.setQueryData(['import', id], status)
      return client.invalidateQueries({ queryKey: ['imports'] })
    },
  })
}

export const failedManifestAddress = (id: number): string => address(path`/imports/${id}/failed.meta`)

export function useStartImport(instance: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (start: ImportStart) => post<ImportStatus>(path`/instances/${instance}/imports`, start),
    onSuccess: () => client.invalidateQueries({ queryKey: ['imports', instance] }),
  })
}

export interface ManifestPreview {
  readonly key: string
  readonly sizeBytes: number
  /** The first lines, as an import would read them. */
  readonly lines: readonly {
    readonly line: number
    readonly text: string
    readonly operation?: 'ADD' | 'DELETE'
    readonly productId?: string
    readonly picName?: string
    readonly categoryId?: number
    /** What this line would fail with. */
    readonly error?: { readonly code: string; readonly message: string; readonly hint: string }
    /** Whether the bucket has the picture and the role may read it; absent = not looked up. */
    readonly object?: { readonly isThere: boolean; readonly isAllowed: boolean; readonly missing: string }
  }[]
  readonly isAll: boolean
}

export const previewManifest = (instance: string, start: ImportStart) =>
  post<ManifestPreview>(path`/instances/${instance}/imports/preview`, start)
