/** How much of a store one bucket may take, shared by all who read it. */
import { setTimeout as delay } from 'node:timers/promises'
import type { StoreLimits } from './options.ts'

/**
 * Enough to keep any number of workers busy that decode on one machine, at 50 ms an answer; stores allow hundreds.
 */
const MAX_REQUESTS = 32
/** What may be read at once after a pause, in time at the full rate. */
const BURST_MS = 250

export interface Limits {
  /** Runs the work when fewer than the limit are at work; in order of asking. */
  inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Waits until so many bytes fit into the bandwidth. */
  pace(bytes: number, signal?: AbortSignal): Promise<void>
}

export function createLimits({ maxRequests = MAX_REQUESTS, maxBytesPerSecond }: StoreLimits): Limits {
  let atWork = 0
  const waiting = new Set<() => void>()
  /** When all bytes so far will have been worth their time. */
  let paidUntilMs = 0

  function turn(signal: AbortSignal | undefined): Promise<void> | undefined {
    if (atWork < maxRequests) {
      atWork++
      return undefined
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = () => {
        waiting.delete(begin)
        reject(signal?.reason)
      }
      waiting.add(begin)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Whoever waits longest takes the place over. */
  function done(): void {
    const [next] = waiting
    if (!next) {
      atWork--
      return
    }
    waiting.delete(next)
    next()
  }

  return {
    async inTurn(work, signal) {
      await turn(signal)
      try {
        signal?.throwIfAborted()
        return await work()
      } finally {
        done()
      }
    },

    async pace(bytes, signal) {
      if (maxBytesPerSecond === undefined) return
      const now = performance.now()
      paidUntilMs = Math.max(paidUntilMs, now - BURST_MS) + (bytes / maxBytesPerSecond) * 1000
      if (paidUntilMs > now) await delay(paidUntilMs - now, undefined, { ...(signal && { signal }) })
    },
  }
}
