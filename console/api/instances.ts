import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, patch, path, post } from './client.ts'

export type ServiceType = 'product' | 'generic'
export type PictureRules = 'open' | 'cloud' | 'cloud-2020'

export interface InstanceOptions {
  readonly capacity?: number
  readonly pictureRules?: PictureRules
  readonly searchQps?: number
  readonly writeQps?: number
  readonly thumbnails?: boolean
  readonly defaultRole?: string
}

export interface Instance extends Required<InstanceOptions> {
  readonly id: number
  readonly name: string
  readonly serviceType: ServiceType
  readonly model: string
  /** Whether it can be searched by text: its model has a text encoder. */
  readonly searchesText: boolean
  readonly createdMs: number
  /** How many there are. */
  readonly images: number
  /** Only in the answer for one instance. */
  readonly index?: {
    readonly rows: number
    /** Changes that are searchable but not yet in the engine's table. */
    readonly pending: number
    readonly isRebuilding: boolean
  }
}

export function useInstances() {
  return useQuery({
    queryKey: ['instances'],
    queryFn: ({ signal }) => get<{ instances: Instance[] }>('/instances', undefined, signal),
    refetchInterval: 15_000,
  })
}

export function useInstance(name: string) {
  return useQuery({
    queryKey: ['instances', name],
    queryFn: ({ signal }) => get<Instance>(path`/instances/${name}`, undefined, signal),
    refetchInterval: 10_000,
  })
}

/** A change of instances; what is shown of them is read again afterwards. */
function useChange<V, T>(change: (input: V) => Promise<T>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: ['instances'] }),
  })
}

export const useCreateInstance = () =>
  useChange((input: { name: string; serviceType: ServiceType } & InstanceOptions) =>
    post<Instance>('/instances', input),
  )
export const useUpdateInstance = (name: string) =>
  useChange((options: InstanceOptions) => patch<Instance>(path`/instances/${name}`, options))
export const useClearInstance = (name: string) => useChange((_: undefined) => post(path`/instances/${name}/clear`))
export const useDropInstance = (name: string) => useChange((_: undefined) => del(path`/instances/${name}`))
