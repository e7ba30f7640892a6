/** Time limits of requests, and which of them are made again. */
import { setTimeout as delay } from 'node:timers/promises'
import { problem, SightlineError } from '../errors.ts'
import type { Limits } from './limits.ts'

export interface Timing {
  /** Until a store answers: long enough for one that spins up a disk or wakes a cold shard. */
  readonly answerMs: number
  /** Between two pieces of a body: a connection that is silent for longer is dead. */
  readonly idleMs: number
  /** For a whole object, beside the time that its bytes take at `slowestBytesPerSecond`. */
  readonly objectMs: number
  /** A store that is slower cannot be told from one that drips to hold us; 1 MB a minute. */
  readonly slowestBytesPerSecond: number
  /** In a row without progress: some seconds in all. What lasts longer is for the import, which waits for minutes. */
  readonly attempts: number
  /** Upper bound of the first pause, doubled with each; the pause is anything below, so that readers spread. */
  readonly pauseMs: number
}

export const TIMING: Timing = {
  answerMs: 30_000,
  idleMs: 30_000,
  objectMs: 120_000,
  slowestBytesPerSecond: 16 * 1024,
  attempts: 5,
  pauseMs: 400,
}

/** One request and the body or listing that it answers with. */
export interface Attempt {
  /** For the driver: ends whatever it does for this attempt. */
  readonly stop: AbortSignal
  /** Runs one piece of the work in its turn and in its time. @throws BucketUnreachable when it takes longer */
  answer<T>(work: () => Promise<T>, limit?: TimeLimit): Promise<T>
  /** Lets go of everything that the attempt holds; the iterator, too, when it is not at its end. */
  end(iterator?: AsyncIterator<unknown>): void
}

export interface TimeLimit {
  readonly ms: number
  /** What is said when it is over. */
  readonly reason: string
}

export interface Tries {
  begin(signal: AbortSignal | undefined): Attempt
  /** One request without a body, as often as it may help. */
  once<T>(work: (stop: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** The same for work that begins attempts of its own. */
  until<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Waits before the next attempt. @throws the error, when another attempt would not help or there were enough */
  pauseAfter(error: unknown, failures: number, signal?: AbortSignal): Promise<void>
}

export function createTries(name: string, timing: Timing, limits: Limits): Tries {
  const toAnswer: TimeLimit = { ms: timing.answerMs, reason: `no answer within ${timing.answerMs / 1000} seconds` }

  function begin(signal: AbortSignal | undefined): Attempt {
    const controller = new AbortController()
    const onAbort = () => controller.abort(signal?.reason)
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    return {
      stop: controller.signal,
      answer: (work, { ms, reason } = toAnswer) => {
        const late = () => problem('BucketUnreachable', { name, reason })
        return limits.inTurn(() => within(controller, work(), ms, late), controller.signal)
      },
      end(iterator) {
        signal?.removeEventListener('abort', onAbort)
        if (!iterator) return
        controller.abort()
        // Not waited for: one that hangs would never come back.
        iterator.return?.()?.catch(() => undefined)
      },
    }
  }

  async function pauseAfter(error: unknown, failures: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const canPass = error instanceof SightlineError && error.code === 'BucketUnreachable'
    if (!canPass || failures >= timing.attempts) throw error
    const ms = Math.random() * timing.pauseMs * 2 ** (failures - 1)
    await delay(ms, undefined, { ...(signal && { signal }) })
  }

  async function until<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await work()
      } catch (error) {
        await pauseAfter(error, failures, signal)
      }
    }
  }

  async function once<T>(work: (stop: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return until(async () => {
      const attempt = begin(signal)
      try {
        return await attempt.answer(() => work(attempt.stop))
      } finally {
        attempt.end()
      }
    }, signal)
  }

  return { begin, once, until, pauseAfter }
}

/** The work, or the reason of whoever aborts it first: the clock does, after `ms`. */
function within<T>(controller: AbortController, work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  const { signal } = controller
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    const timer = setTimeout(() => controller.abort(late()), ms)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  })
}
