/**
 * Memory of the nonces that signed requests have used, so that a recorded request cannot be played again.
 */
import { problem, type SightlineError } from '../errors.ts'

/** How far the clock of a client may be off, either way. */
export const CLOCK_SKEW_MS = 15 * 60_000

/** At about 100 bytes a nonce; 15 minutes at 1,100 requests a second. */
const DEFAULT_CAPACITY = 1_000_000

export interface NonceUse {
  readonly accessKeyId: string
  readonly nonce: string
  /** Equal for byte-identical requests only. */
  readonly signature: string
  readonly signedMs: number
}

export interface Nonces {
  /**
   * Takes a nonce for a request whose signature was found good. A nonce counts as used once its request has been
   * answered: some clients silently send the same signed request again when a connection breaks before that.
   *
   * @returns to be called once, with true when the answer was sent, false when the connection broke
   * @throws NonceUsed, TimestampExpired
   */
  take(use: NonceUse): (isAnswered: boolean) => void
}

/** Requests that have not been answered yet; all byte-identical. */
interface InFlight {
  readonly signature: string
  requests: number
}

export function createNonces({ now = Date.now, capacity = DEFAULT_CAPACITY } = {}): Nonces {
  // By the minute of signing, so that forgetting is dropping whole maps.
  const minutes = new Map<number, Map<string, InFlight | 'used'>>()
  let size = 0
  let oldestMinute = Number.NEGATIVE_INFINITY

  function drop(minute: number): void {
    size -= minutes.get(minute)?.size ?? 0
    minutes.delete(minute)
  }

  function makeRoom(): void {
    const kept = minuteOf(now() - CLOCK_SKEW_MS)
    for (const minute of minutes.keys()) if (minute < kept) drop(minute)
    if (size < capacity) return
    // What is forgotten must not be accepted again: the window for clocks that are behind becomes shorter instead.
    const oldest = Math.min(...minutes.keys())
    drop(oldest)
    oldestMinute = Math.max(oldestMinute, oldest + 1)
  }

  return {
    take({ accessKeyId, nonce, signature, signedMs }) {
      checkClock(signedMs, now())
      const minute = minuteOf(signedMs)
      if (minute < oldestMinute) throw expired(signedMs, now())

      const key = `${accessKeyId}\n${nonce}`
      const known = minutes.get(minute)?.get(key)
      if (known === 'used' || (known && known.signature !== signature)) throw problem('NonceUsed', {})
      if (known) known.requests += 1
      else {
        makeRoom()
        const used = minutes.get(minute) ?? new Map<string, InFlight | 'used'>()
        minutes.set(minute, used.set(key, { signature, requests: 1 }))
        size += 1
      }

      return (isAnswered) => {
        const used = minutes.get(minute)
        const entry = used?.get(key)
        if (!used || !entry || entry === 'used') return
        entry.requests -= 1
        if (isAnswered) used.set(key, 'used')
        else if (entry.requests === 0) {
          used.delete(key)
          size -= 1
        }
      }
    },
  }
}

/** @throws TimestampExpired */
export function checkClock(signedMs: number, nowMs: number): void {
  if (Math.abs(signedMs - nowMs) > CLOCK_SKEW_MS) throw expired(signedMs, nowMs)
}

function expired(signedMs: number, nowMs: number): SightlineError {
  return problem('TimestampExpired', { signed: iso(signedMs), now: iso(nowMs) })
}

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000)
}

function iso(ms: number): string {
  // A date of the year 300000 is no valid Date.
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : String(ms)
}
