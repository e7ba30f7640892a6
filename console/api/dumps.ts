import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, path, post } from './client.ts'

/** All images of an instance as an increment.meta. */
export interface Dump {
  readonly id: number
  readonly state: 'running' | 'done' | 'failed'
  /** Lines of the file. */
  readonly images: number
  readonly createdMs: number
  /** Address that needs no credentials and works for two hours; '' = there is no file. */
  readonly download: string
}

export function useDumps(instance: string) {
  return useQuery({
    queryKey: ['dumps', instance],
    queryFn: ({ signal }) => get<{ dumps: Dump[] }>(path`/instances/${instance}/dumps`, { limit: 10 }, signal),
    refetchInterval: ({ state }) => (state.data?.dumps.some((dump) => dump.state === 'running') ? 1000 : false),
  })
}

export function useStartDump(instance: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => post<Dump>(path`/instances/${instance}/dumps`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['dumps', instance] }),
  })
}
