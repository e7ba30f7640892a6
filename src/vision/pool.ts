/** The worker threads, and who of those that wait goes next. */
import { problem } from '../errors.ts'
import type { ThreadOptions } from './analyse.ts'
import type { Analysis, Priority } from './index.ts'
import { createJobQueue } from './job-queue.ts'
import type { Model } from './model.ts'
import { type Death, startThread, type Thread, type ThreadJob } from './thread.ts'
import { createTurn, giveUpTurn } from './turn.ts'

export interface PoolOptions {
  readonly model: Model
  readonly threadUrl: URL
  readonly workers: number
  readonly deadlineMs: number
}

export interface Pool {
  run(bytes: Uint8Array, options: ThreadOptions, priority: Priority, signal?: AbortSignal): Promise<Analysis>
  load(): { waiting: number; running: number; workers: number }
  /** Ends what is in work, refuses what waits. */
  close(): Promise<void>
}

/** While one picture is embedded on the thread, the next is decoded beside it. */
const JOBS_PER_THREAD = 2
/** What waits is held in memory; beyond this callers are sent away. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024
const MAX_RESTART_DELAY_MS = 30_000

interface Job extends ThreadJob {
  readonly queuedMs: number
  /** When a thread began with it. */
  startedMs: number
  /** It was in work when a thread died, perhaps the reason: it is tried once more, alone on a thread. */
  isSuspect: boolean
}

/** @throws ModelUnusable when the model does not load */
export async function createPool({ model, threadUrl, workers, deadlineMs }: PoolOptions): Promise<Pool> {
  const queue = createJobQueue<Job>()
  const suspects = new Set<Job>()
  const threads = new Set<Thread<Job>>()
  const turn = createTurn()
  let lastOwner = 0
  let waitingBytes = 0
  let failedStarts = 0
  let isClosing = false
  let onIdle = (): void => {}

  const running = (): number => [...threads].reduce((sum, thread) => sum + thread.held().length, 0)

  function start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const owner = ++lastOwner
      const thread = startThread<Job>({
        url: threadUrl,
        setup: { model, turn, owner },
        deadlineMs,
        onReady() {
          failedStarts = 0
          resolve()
          dispatch()
        },
        onFree: dispatch,
        onDeath(death) {
          threads.delete(thread)
          giveUpTurn(turn, owner)
          retryOrFail(death)
          if (death.unusable) reject(death.unusable)
          else restart()
          dispatch()
        },
      })
      threads.add(thread)
    })
  }

  function restart(): void {
    if (isClosing) return
    start().catch(() => {
      setTimeout(restart, Math.min(1000 * 2 ** failedStarts++, MAX_RESTART_DELAY_MS)).unref()
    })
  }

  function retryOrFail({ held, reason }: Death<Job>): void {
    for (const job of held) {
      if (job.isSuspect) job.failed(problem('PictureUnreadable', { reason: `the decoder broke down: ${reason}` }))
      else {
        job.isSuspect = true
        suspects.add(job)
      }
    }
  }

  function dispatch(): void {
    for (;;) {
      const [suspect] = suspects
      const thread = freest(suspect !== undefined)
      const job = thread && (suspect ?? queue.next())
      if (!job) break
      if (!suspects.delete(job)) waitingBytes -= job.bytes.length
      job.startedMs ||= performance.now()
      thread.give(job)
    }
    if (running() === 0) onIdle()
  }

  function freest(forSuspect: boolean): Thread<Job> | undefined {
    const open = [...threads].filter((thread) => {
      const held = thread.held()
      if (!thread.isReady()) return false
      return held.length === 0 || (!forSuspect && held.length < JOBS_PER_THREAD && !held.some((job) => job.isSuspect))
    })
    return open.sort((a, b) => a.held().length - b.held().length)[0]
  }

  function withdraw(job: Job): void {
    if (queue.delete(job)) waitingBytes -= job.bytes.length
    suspects.delete(job)
  }

  await Promise.all(Array.from({ length: workers }, start)).catch(async (error: unknown) => {
    isClosing = true
    await Promise.all([...threads].map((thread) => thread.stop()))
    throw error
  })

  return {
    async run(bytes, options, priority, signal) {
      signal?.throwIfAborted()
      if (isClosing) throw problem('StoppingNow', {})
      if (waitingBytes + bytes.length > MAX_WAITING_BYTES) throw problem('ServerBusy', {})
      const { promise, resolve, reject } = Promise.withResolvers<Analysis>()
      const job: Job = {
        bytes,
        options,
        queuedMs: performance.now(),
        startedMs: 0,
        isSuspect: false,
        done: ({ timings, ...analysis }) =>
          resolve({ ...analysis, timings: { ...timings, waitMs: job.startedMs - job.queuedMs } }),
        failed: reject,
      }
      const abort = (): void => {
        withdraw(job)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
      queue.add(job, priority)
      waitingBytes += bytes.length
      dispatch()
      return promise.finally(() => signal?.removeEventListener('abort', abort))
    },
    load: () => ({
      waiting: queue.size() + suspects.size,
      running: running(),
      workers: [...threads].filter((thread) => thread.isReady()).length,
    }),
    async close() {
      isClosing = true
      for (const job of suspects) job.failed(problem('StoppingNow', {}))
      for (let job = queue.next(); job; job = queue.next()) job.failed(problem('StoppingNow', {}))
      suspects.clear()
      if (running() > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve
        })
      }
      await Promise.all([...threads].map((thread) => thread.stop()))
      threads.clear()
    },
  }
}
