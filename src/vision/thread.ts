/** One worker thread as the pool sees it: it is given jobs, and ends them or dies with them. */
import { Worker } from 'node:worker_threads'
import { problem, SightlineError } from '../errors.ts'
import type { ThreadAnalysis, ThreadOptions } from './analyse.ts'
import type { ThreadFailure, ThreadReply, ThreadRequest, ThreadSetup } from './thread-messages.ts'

export interface ThreadJob {
  readonly bytes: Uint8Array
  readonly options: ThreadOptions
  done(analysis: ThreadAnalysis): void
  failed(error: Error): void
}

export interface Death<J> {
  /** What it had in work, but for the overdue one, which has failed already. */
  readonly held: readonly J[]
  readonly reason: string
  /** Set when it never became ready. */
  readonly unusable?: Error
}

export interface ThreadOptionsOfPool<J> {
  readonly url: URL
  readonly setup: ThreadSetup
  /** A job that takes longer fails, and the thread is killed. */
  readonly deadlineMs: number
  onReady(): void
  onFree(): void
  /** Called once; the thread takes nothing any more. */
  onDeath(death: Death<J>): void
}

export interface Thread<J> {
  isReady(): boolean
  /** What it has in work. */
  held(): readonly J[]
  give(job: J): void
  /** Kills the thread without a death. */
  stop(): Promise<void>
}

/** A picture's pixels lie outside this; it holds the thread's own objects. */
const HEAP_MB = 256

export function startThread<J extends ThreadJob>(options: ThreadOptionsOfPool<J>): Thread<J> {
  const worker = new Worker(options.url, {
    workerData: options.setup,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  const jobs = new Map<number, { readonly job: J; readonly timer: NodeJS.Timeout }>()
  let lastId = 0
  let isReady = false
  let isDead = false

  const held = (): J[] => [...jobs.values()].map(({ job }) => job)

  function die(reason: string, unusable?: Error): void {
    if (isDead) return
    isDead = true
    for (const { timer } of jobs.values()) clearTimeout(timer)
    const inWork = held()
    jobs.clear()
    void worker.terminate()
    options.onDeath({
      held: inWork,
      reason,
      ...(unusable || !isReady ? { unusable: unusable ?? new Error(reason) } : {}),
    })
  }

  function take(id: number): J | undefined {
    const entry = jobs.get(id)
    clearTimeout(entry?.timer)
    jobs.delete(id)
    return entry?.job
  }

  function overdue(id: number): void {
    const seconds = Math.round(options.deadlineMs / 1000)
    take(id)?.failed(problem('PictureUnreadable', { reason: `it took longer than ${seconds} s` }))
    die('it was stopped because of a picture that took too long')
  }

  worker.on('message', (reply: ThreadReply) => {
    if (isDead) return
    if (reply.kind === 'unusable') return die('it could not start', errorOf(reply.failure))
    if (reply.kind === 'ready') {
      isReady = true
      return options.onReady()
    }
    const job = take(reply.id)
    if (reply.kind === 'done') job?.done(reply.analysis)
    else job?.failed(errorOf(reply.failure))
    options.onFree()
  })
  worker.on('error', (error) => die(error.message))
  worker.on('exit', (code) => die(`it ended with exit code ${code}`))

  return {
    isReady: () => isReady,
    held,
    give(job) {
      const id = ++lastId
      jobs.set(id, { job, timer: setTimeout(overdue, options.deadlineMs, id) })
      // The caller keeps its bytes, which may be a view of something larger: the thread is given a copy of just these.
      const bytes = new Uint8Array(job.bytes)
      worker.postMessage({ id, bytes, options: job.options } satisfies ThreadRequest, [bytes.buffer])
    },
    async stop() {
      isDead = true
      await worker.terminate()
    },
  }
}

function errorOf(failure: ThreadFailure): Error {
  if ('code' in failure) return new SightlineError(failure.code, failure.message)
  return failure.cause instanceof Error ? failure.cause : new Error(String(failure.cause))
}
