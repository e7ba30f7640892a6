/** Bounded load: so many calls by so many callers, with the time of each. */

export interface WorkloadResult {
  readonly callsPerSecond: number
  readonly timesMs: readonly number[]
}

/**
 * Runs `call(0) … call(count - 1)`, at most `callers` at a time, and stops after `limitMs` with what was done.
 */
export async function workload(
  options: { callers: number; count: number; limitMs?: number },
  call: (index: number, caller: number) => Promise<void>,
): Promise<WorkloadResult> {
  const timesMs: number[] = []
  const start = performance.now()
  const end = start + (options.limitMs ?? 120_000)
  let next = 0
  async function caller(_: unknown, number: number): Promise<void> {
    while (next < options.count && performance.now() < end) {
      const index = next++
      const before = performance.now()
      await call(index, number)
      timesMs.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: options.callers }, caller))
  return { callsPerSecond: (timesMs.length / (performance.now() - start)) * 1000, timesMs }
}
