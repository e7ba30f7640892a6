import { type Query, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'preact/hooks'
import { address, get, path, post } from './client.ts'

export type ImportState = 'queued' | 'running' | 'paused' | 'cancelled' | 'done' | 'failed'

export interface ImportStatus {
  readonly id: number
  readonly bucket: string
  readonly path: string
  readonly roleArn: string
  readonly callbackAddress: string
  readonly state: ImportState
  /** While it is queued: how many go before it. */
  readonly ahead?: number
  /** Why the import as a whole failed, or what it waits for; '' otherwise. */
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly lines: number
  readonly isPlanned: boolean
  /** 1 = the rows run for the first time; one more for every retry of the failed ones. */
  readonly attempt: number
  /** Rows were only checked: `ok` = it would be tried. */
  readonly isDryRun: boolean
  readonly skipUnchanged: boolean
  /** Of a dry run that has ended. */
  readonly survey?: ImportSurvey
  /** While failed rows are retried: how many are still to be run. */
  readonly toRetry: number
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  readonly causes: Readonly<Record<string, number>>
  /** Rows a second over the last 10 s. */
  readonly rate: number
  readonly secondsLeft?: number
  /** Mean times of a picture; absent = none was put yet. */
  readonly stages?: ImportStages
  readonly createdMs: number
  /** When it left the queue, or its last retry began; 0 = it is queued. */
  readonly startedMs: number
  readonly modifiedMs: number
  readonly finishedMs: number
}

/** Causes of rows that were skipped; all others are codes of rows that failed. */
export const SKIPPED: ReadonlySet<string> = new Set(['superseded', 'unchanged', 'blank'])

export interface ImportStages {
  readonly pictures: number
  readonly readMs: number
  readonly waitMs: number
  readonly decodeMs: number
  readonly embedMs: number
  readonly storeMs: number
}

export interface ImportSurvey {
  /** ADD rows that nothing speaks against. */
  readonly pictures: number
  readonly newImages: number
  /** Images that the instance still takes. */
  readonly room: number
  /** 0 = there were no pictures to measure with. */
  readonly rowsASecond: number
  readonly seconds: number
}

export interface ImportCallback {
  readonly id: string
  /** `failed` = it was given up. */
  readonly state: 'waiting' | 'delivered' | 'failed'
  readonly createdMs: number
  readonly nextMs?: number
  readonly deliveries: readonly {
    readonly atMs: number
    readonly tookMs: number
    /** HTTP status of the answer; 0 = there was none. */
    readonly status: number
    /** '' = delivered. */
    readonly error: string
  }[]
  readonly body: unknown
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
  /** Only check all rows, and write nothing. */
  readonly dryRun?: boolean
  /** Wait for imports of the instance that have not ended. */
  readonly queue?: boolean
  readonly skipUnchanged?: boolean
  readonly callbackAddress?: string
}

const OPEN: ReadonlySet<ImportState> = new Set(['queued', 'running', 'paused'])

export const isEnded = ({ state }: ImportStatus): boolean => !OPEN.has(state)

export function useImports(instance: string, page: { limit: number; start: number; dryRuns?: boolean }) {
  return useQuery({
    queryKey: ['imports', instance, page],
    queryFn: ({ signal }) =>
      get<{ total: number; imports: ImportStatus[] }>(path`/instances/${instance}/imports`, { ...page }, signal),
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
      const before = client.getQueryData<ImportStatus>(['import', id])
      client.setQueryData(['import', id], status)
      if (before?.state !== status.state) void client.invalidateQueries({ queryKey: ['import', id, 'rows'] })
      if (!isEnded(status)) return
      events.close()
      const isStatus = ({ queryKey: [kind, of, part] }: Query) => kind === 'import' && of === id && part === undefined
      void client.invalidateQueries({ predicate: (query) => !isStatus(query) })
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

const WHILE_RUNNING_MS = 2000

export function useImportRows(
  { id, state }: Pick<ImportStatus, 'id' | 'state'>,
  page: { afterLine: number; limit: number; code?: string },
  isShown: boolean,
) {
  return useQuery({
    queryKey: ['import', id, 'rows', page],
    queryFn: ({ signal }) => get<{ rows: RowOutcome[] }>(path`/imports/${id}/rows`, page, signal),
    placeholderData: (before) => before,
    enabled: isShown,
    refetchInterval: state === 'running' ? WHILE_RUNNING_MS : false,
  })
}

export function useImportAction(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'cancel' | 'retry') => post<ImportStatus>(path`/imports/${id}/${verb}`),
    onSuccess: (status) => {
      client.setQueryData(['import', id], status)
      void client.invalidateQueries({ queryKey: ['import', id, 'rows'] })
      return client.invalidateQueries({ queryKey: ['imports'] })
    },
  })
}

/** Failed and skipped rows with their codes, one JSON object a line. */
export const rowsAddress = (id: number, code: string): string => address(path`/imports/${id}/rows.ndjson`, { code })
/** A small picture of the object that a row names; an error where it cannot be decoded. */
export const rowPictureAddress = (id: number, line: number): string =>
  address(path`/imports/${id}/rows/${line}/picture`)
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

/** What the callback address was told; looked at again while a delivery is still to come. */
export function useCallbacks(id: number, isShown: boolean) {
  return useQuery({
    queryKey: ['import', id, 'callbacks'],
    queryFn: ({ signal }) => get<{ callbacks: ImportCallback[] }>(path`/imports/${id}/callbacks`, undefined, signal),
    enabled: isShown,
    refetchInterval: ({ state }) => (state.data?.callbacks.some((one) => one.state === 'waiting') ? 2000 : false),
  })
}

export function useRedeliver(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => post<{ callbacks: ImportCallback[] }>(path`/imports/${id}/callbacks/redeliver`),
    onSuccess: (answer) => client.setQueryData(['import', id, 'callbacks'], answer),
  })
}

/** What callbacks of an instance are signed with. */
export const callbackSecret = (instance: string) =>
  get<{ secret: string }>(path`/instances/${instance}/callback-secret`)
