/**
 * Health and figures of the server, open to all who reach its port; the figures are kept while the page is open.
 */
import { useMutation, useQuery } from '@tanstack/react-query'
import { post } from './client.ts'

export interface Sample {
  readonly atMs: number
  /** By name and labels as they stand in the Prometheus text: `sightline_images{instance="demo"}`. */
  readonly values: ReadonlyMap<string, number>
}

const EVERY_MS = 3000
const KEPT = 120

let history: readonly Sample[] = []

async function readMetrics(signal: AbortSignal): Promise<readonly Sample[]> {
  const response = await fetch('/metrics', { signal })
  const text = await response.text()
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ')
    if (space > 0 && !line.startsWith('#')) values.set(line.slice(0, space), Number(line.slice(space + 1)))
  }
  history = [...history.slice(1 - KEPT), { atMs: Date.now(), values }]
  return history
}

export function useMetrics() {
  return useQuery({ queryKey: ['metrics'], queryFn: ({ signal }) => readMetrics(signal), refetchInterval: EVERY_MS })
}

/** Sum of all values of one figure, whatever their labels; those that `keep` wants. */
export function sum(sample: Sample, name: string, keep: (labels: string) => boolean = () => true): number {
  let total = 0
  for (const [key, value] of sample.values) {
    const isIt = key === name || key.startsWith(`${name}{`)
    if (isIt && keep(key.slice(name.length))) total += value
  }
  return total
}

export const label = (key: string, name: string): string => new RegExp(`${name}="([^"]*)"`).exec(key)?.[1] ?? ''

export interface Readiness {
  readonly isReady: boolean
  readonly reason: string
}

export function useReadiness() {
  return useQuery({
    queryKey: ['readyz'],
    queryFn: async ({ signal }): Promise<Readiness> => {
      const response = await fetch('/readyz', { signal })
      const { reason = '' } = (await response.json()) as { reason?: string }
      return { isReady: response.ok, reason }
    },
    refetchInterval: EVERY_MS,
    retry: false,
  })
}

export interface Diagnosis {
  readonly findings: readonly {
    readonly kind: string
    readonly instance: string
    readonly count: number
    readonly examples: readonly string[]
    readonly repaired: boolean
    readonly hint: string
  }[]
}

export const useDoctor = () => useMutation({ mutationFn: (repair: boolean) => post<Diagnosis>('/doctor', { repair }) })
