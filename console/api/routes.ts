import { useQuery } from '@tanstack/react-query'
import { get } from './client.ts'

/** Does this server have the route? For what comes with later versions of the server. */
export function useHasRoute(path: string, isAsked = true): boolean {
  const { data } = useQuery({
    queryKey: ['openapi'],
    queryFn: () => get<{ paths: Record<string, unknown> }>('/openapi.json'),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isAsked,
  })
  return data !== undefined && Object.keys(data.paths).some((one) => one.endsWith(path))
}
