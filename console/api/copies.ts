import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, path, post } from './client.ts'
import type { Image } from './images.ts'

export interface Copy extends Image {
  /** Its hash is near to that of the mirrored representative. */
  readonly isMirrored: boolean
  /** Cosine of the two vectors, 0.7 to 1. */
  readonly similarity: number
}

export interface CopyGroup {
  /** The image that was put first. */
  readonly representative: Image
  readonly copies: readonly Copy[]
  readonly hasMore: boolean
}

/** keep: they are copies and all stay; ignore: they are none. */
export type Decision = 'keep' | 'ignore'

export interface Decided {
  readonly id: number
  readonly decision: Decision
  readonly decidedMs: number
  /** The first of them. */
  readonly images: readonly Image[]
  readonly imageCount: number
}

interface Page {
  readonly groups: readonly CopyGroup[]
  readonly next?: number
}

const keyOf = (instance: string) => ['copies', instance, 'groups'] as const

/** Groups in the order of their representatives; a page may be empty and not the last. */
export function useCopies(instance: string) {
  return useInfiniteQuery({
    queryKey: keyOf(instance),
    queryFn: ({ pageParam, signal }) =>
      get<Page>(path`/instances/${instance}/copies`, { after: pageParam, limit: 10 }, signal),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    // What is decided and deleted here is taken out of what is shown; to look again is for the person to say.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** Changes a group where it is shown, or takes it away. */
export function useChangeGroup(instance: string) {
  const client = useQueryClient()
  return (id: number, change: (group: CopyGroup) => CopyGroup | undefined) =>
    client.setQueryData<InfiniteData<Page>>(
      keyOf(instance),
      (shown) =>
        shown && {
          ...shown,
          pages: shown.pages.map((page) => ({
            ...page,
            groups: page.groups.flatMap((group) => (group.representative.id === id ? (change(group) ?? []) : group)),
          })),
        },
    )
}

export const decideCopies = (instance: string, decision: Decision, images: readonly number[]) =>
  post<{ id: number }>(path`/instances/${instance}/copies/decisions`, { decision, images })

export const undoDecision = (instance: string, id: number) => del(path`/instances/${instance}/copies/decisions/${id}`)

/** @param before 0 = from the newest */
export function useDecisions(instance: string, before: number, limit: number) {
  return useQuery({
    queryKey: ['copies', instance, 'decisions', before],
    queryFn: ({ signal }) =>
      get<{ decisions: Decided[]; next?: number }>(
        path`/instances/${instance}/copies/decisions`,
        { limit, before: before || undefined },
        signal,
      ),
    placeholderData: (shown) => shown,
  })
}

/** Shows decisions and groups anew. */
export function useCopiesChanged(instance: string): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['copies', instance] })
}
