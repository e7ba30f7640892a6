/** The worker processes, and who of those that wait goes next. */
import { problem } from '../errors.ts'
import type { Priority } from './index.ts'
import { createJobQueue } from './job-queue.ts'
import type { Model } from './model.ts'
import { breakdown, type Death, startWorker, type Worker, type WorkerJob } from './worker.ts'
import type { AnswerTo, WorkerAnswer, WorkerRequest } from './worker-messages.ts'

export interface PoolOptions {
  readonly model: Model
  /** File of the workers' program. */
  readonly program: string
  readonly workers: number
  readonly deadlineMs: number
}

export interface Pool {
  /** @returns the answer, and how long the request waited for a worker */
  run<R extends WorkerRequest>(
    request: R,
    priority: Priority,
    signal?: AbortSignal,
  ): Promise<{ answer: AnswerTo<R>; waitMs: number }>
  load(): { waiting: number; running: number; workers: number }
  /** Ends what is in work, refuses what waits. */
  close(): Promise<void>
}

/** One picture is embedded, the next is decoded beside it, and one lies ready for when this process is slow to answer. */
export const JOBS_PER_WORKER = 3
/** What waits is held in memory; beyond this callers are sent away. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024
const MAX_RESTART_DELAY_MS = 30_000

/** So long after a search the next one is expected: imports leave a worker free for it, and queue in none. */
const SEARCHING_MS = 1000

interface Job extends WorkerJob {
  readonly priority: Priority
  readonly queuedMs: number
  /** When a worker began with it. */
  startedMs: number
  /** It was in work when a worker died, perhaps the reason: it is tried once more, alone on a worker. */
  isSuspect: boolean
}

/** @throws ModelUnusable when the model does not load */
export async function createPool({ model, program, workers: count, deadlineMs }: PoolOptions): Promise<Pool> {
  const queue = createJobQueue<Job>()
  const suspects = new Set<Job>()
  const workers = new Set<Worker<Job>>()
  /** Large pictures that want to be decoded: the first one is, so that a burst of them costs the memory of one. */
  const turns: { readonly job: Job; readonly worker: Worker<Job> }[] = []
  let waitingBytes = 0
  let lastSearchMs = Number.NEGATIVE_INFINITY
  let failedStarts = 0
  let isClosing = false
  let onIdle = (): void => {}

  const running = (): number => [...workers].reduce((sum, worker) => sum + worker.held().length, 0)

  function start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = startWorker<Job>({
        program,
        model,
        deadlineMs,
        onReady() {
          failedStarts = 0
          resolve()
          dispatch()
        },
        onFree(job) {
          endTurn(job)
          dispatch()
        },
        onTurnWanted(job) {
          turns.push({ job, worker })
          if (turns.length === 1) worker.grantTurn(job)
        },
        onDeath(death) {
          workers.delete(worker)
          for (const job of death.held) endTurn(job)
          retryOrFail(death)
          if (death.unusable) reject(death.unusable)
          else restart()
          dispatch()
        },
      })
      workers.add(worker)
    })
  }

  function endTurn(job: Job): void {
    const at = turns.findIndex((turn) => turn.job === job)
    if (at === -1) return
    turns.splice(at, 1)
    if (at === 0) turns[0]?.worker.grantTurn(turns[0].job)
  }

  function restart(): void {
    if (isClosing) return
    start().catch(() => {
      setTimeout(restart, Math.min(1000 * 2 ** failedStarts++, MAX_RESTART_DELAY_MS)).unref()
    })
  }

  function retryOrFail({ held, reason }: Death<Job>): void {
    for (const job of held) {
      if (job.isSuspect) job.failed(breakdown(job.request, `the decoder broke down: ${reason}`))
      else if (isClosing) job.failed(problem('StoppingNow', {}))
      else {
        job.isSuspect = true
        suspects.add(job)
      }
    }
  }

  function dispatch(): void {
    for (;;) {
      const [suspect] = suspects
      const worker = freest(suspect !== undefined)
      const job = worker && (suspect ?? queue.next(mayImport()))
      if (!job) break
      if (!suspects.delete(job)) waitingBytes -= sizeOf(job.request)
      job.startedMs ||= performance.now()
      worker.give(job)
    }
    if (running() === 0) onIdle()
  }

  /** What an import has in work cannot be interrupted, so searches would wait for it. */
  function mayImport(): boolean {
    if (performance.now() - lastSearchMs > SEARCHING_MS) return true
    const imports = [...workers].flatMap((worker) => worker.held()).filter((job) => job.priority === 'import')
    return imports.length < Math.max(1, count - 1)
  }

  function freest(forSuspect: boolean): Worker<Job> | undefined {
    const open = [...workers].filter((worker) => {
      const held = worker.held()
      if (!worker.isReady()) return false
      return held.length === 0 || (!forSuspect && held.length < JOBS_PER_WORKER && !held.some((job) => job.isSuspect))
    })
    return open.sort((a, b) => a.held().length - b.held().length)[0]
  }

  function withdraw(job: Job): void {
    if (queue.delete(job)) waitingBytes -= sizeOf(job.request)
    suspects.delete(job)
  }

  await Promise.all(Array.from({ length: count }, start)).catch(async (error: unknown) => {
    isClosing = true
    await Promise.all([...workers].map((worker) => worker.stop()))
    throw error
  })

  return {
    async run<R extends WorkerRequest>(request: R, priority: Priority, signal?: AbortSignal) {
      signal?.throwIfAborted()
      if (isClosing) throw problem('StoppingNow', {})
      if (waitingBytes + sizeOf(request) > MAX_WAITING_BYTES) throw problem('ServerBusy', {})
      const { promise, resolve, reject } = Promise.withResolvers<{ answer: AnswerTo<R>; waitMs: number }>()
      const job: Job = {
        request,
        priority,
        queuedMs: performance.now(),
        startedMs: 0,
        isSuspect: false,
        done: (answer: WorkerAnswer) =>
          resolve({ answer: answer as AnswerTo<R>, waitMs: job.startedMs - job.queuedMs }),
        failed: reject,
      }
      const abort = (): void => {
        withdraw(job)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
      if (priority === 'search') lastSearchMs = job.queuedMs
      queue.add(job, priority)
      waitingBytes += sizeOf(request)
      dispatch()
      return promise.finally(() => signal?.removeEventListener('abort', abort))
    },
    load: () => ({
      waiting: queue.size() + suspects.size,
      running: running(),
      workers: [...workers].filter((worker) => worker.isReady()).length,
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
      await Promise.all([...workers].map((worker) => worker.stop()))
      workers.clear()
    },
  }
}

function sizeOf(request: WorkerRequest): number {
  return request.kind === 'text' ? request.text.length : request.bytes.length
}
