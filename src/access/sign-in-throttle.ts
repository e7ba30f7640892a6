/**
 * Slows guessing of passwords: after some failures a name, or an address, waits, longer each time.
 */
import { problem } from '../errors.ts'

const FREE_FAILURES = 5
const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 15 * 60_000
const FORGOTTEN_MS = 60 * 60_000
const MAX_ENTRIES = 10_000

export interface SignInThrottle {
  /** @throws SignInThrottled while one of the keys has to wait */
  check(keys: readonly string[]): void
  failed(keys: readonly string[]): void
  succeeded(keys: readonly string[]): void
}

export function signInThrottle(clock: () => number): SignInThrottle {
  const failures = new Map<string, { count: number; lastMs: number }>()

  function waitMs(key: string): number {
    const entry = failures.get(key)
    if (!entry || entry.count < FREE_FAILURES) return 0
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (entry.count - FREE_FAILURES))
    return entry.lastMs + wait - clock()
  }

  return {
    check(keys) {
      const wait = Math.max(...keys.map(waitMs))
      if (wait > 0) throw problem('SignInThrottled', { seconds: Math.ceil(wait / 1000) })
    },
    failed(keys) {
      for (const key of keys) {
        const entry = failures.get(key)
        const isOld = !entry || clock() - entry.lastMs > FORGOTTEN_MS
        // Deleted first, so that the map stays in order of the last failure and the oldest can go.
        failures.delete(key)
        failures.set(key, { count: isOld ? 1 : entry.count + 1, lastMs: clock() })
      }
      for (const key of failures.keys()) {
        if (failures.size <= MAX_ENTRIES) break
        failures.delete(key)
      }
    },
    succeeded(keys) {
      for (const key of keys) failures.delete(key)
    },
  }
}
