/** One worker process as the pool sees it: it is given jobs, and ends them or dies with them. */
import { fork } from 'node:child_process'
import { problem, SightlineError } from '../errors.ts'
import type { Model } from './model.ts'
import type { FromWorker, ToWorker, WorkerAnswer, WorkerFailure, WorkerRequest } from './worker-messages.ts'

export interface WorkerJob {
  readonly request: WorkerRequest
  done(answer: WorkerAnswer): void
  failed(error: Error): void
}

export interface Death<J> {
  /** What it had in work, but for the overdue one, which has failed already. */
  readonly held: readonly J[]
  readonly reason: string
  /** Set when it never became ready. */
  readonly unusable?: Error
}

export interface WorkerParts<J> {
  /** File of the program. */
  readonly program: string
  readonly model: Model
  /** A job that takes longer fails, and the worker is killed; waiting for a turn does not count. */
  readonly deadlineMs: number
  onReady(): void
  /** A job has ended. */
  onFree(job: J): void
  onTurnWanted(job: J): void
  /** Called once; the worker takes nothing any more. */
  onDeath(death: Death<J>): void
}

export interface Worker<J> {
  isReady(): boolean
  /** What it has in work. */
  held(): readonly J[]
  give(job: J): void
  grantTurn(job: J): void
  /** Kills the worker without a death. */
  stop(): Promise<void>
}

/**
 * A picture's pixels lie outside the heap, but are freed with the objects in it: collected often (the worker does it
 * itself, too), it stays at 180 MB on photos; by default it grows to 300 and is 2 % faster.
 */
const HEAP_FLAGS = ['--max-old-space-size=128', '--max-semi-space-size=4', '--expose-gc']
/** Two pictures are decoded at a time, and memory that is given back by one arena serves the other. */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' }
/** What native libraries may need to load; nothing else, since a process that reads hostile bytes needs no secrets. */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TMPDIR', 'TEMP'] as const

export function startWorker<J extends WorkerJob>(parts: WorkerParts<J>): Worker<J> {
  const child = fork(parts.program, [JSON.stringify(parts.model)], {
    serialization: 'advanced',
    execArgv: HEAP_FLAGS,
    env: { ...Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])), ...ENVIRONMENT },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const jobs = new Map<number, { readonly job: J; timer?: NodeJS.Timeout | undefined }>()
  let lastId = 0
  let isReady = false
  let isDead = false

  const held = (): J[] => [...jobs.values()].map(({ job }) => job)
  // A child that is gone breaks the channel; its exit says so.
  const send = (message: ToWorker): void => void child.send(message, () => {})

  function die(reason: string, unusable?: Error): void {
    if (isDead) return
    isDead = true
    for (const { timer } of jobs.values()) clearTimeout(timer)
    const inWork = held()
    jobs.clear()
    child.kill('SIGKILL')
    parts.onDeath({ held: inWork, reason, ...(isReady ? {} : { unusable: unusable ?? new Error(reason) }) })
  }

  function startClock(id: number): void {
    const entry = jobs.get(id)
    if (entry) entry.timer = setTimeout(overdue, parts.deadlineMs, id)
  }

  function end(id: number): J | undefined {
    const entry = jobs.get(id)
    clearTimeout(entry?.timer)
    jobs.delete(id)
    return entry?.job
  }

  function overdue(id: number): void {
    const job = end(id)
    if (!job) return
    die('another picture took too long')
    job.failed(breakdown(job.request, `it took longer than ${parts.deadlineMs / 1000} s`))
    parts.onFree(job)
  }

  function hear(message: FromWorker): void {
    if (isDead) return
    if (message.kind === 'ready') {
      isReady = true
      parts.onReady()
    } else if (message.kind === 'unusable') {
      die('it could not start', errorOf(message.failure))
    } else if (message.kind === 'turn') {
      const entry = jobs.get(message.id)
      clearTimeout(entry?.timer)
      if (entry) parts.onTurnWanted(entry.job)
    } else {
      const job = end(message.id)
      if (!job) return
      if (message.kind === 'done') job.done(message.answer)
      else job.failed(errorOf(message.failure))
      parts.onFree(job)
    }
  }

  child.on('message', (message) => hear(message as FromWorker))
  child.on('error', (error) => die(error.message))
  child.on('exit', (code, signal) => die(`it ended with ${signal ?? `exit code ${code}`}`))

  return {
    isReady: () => isReady,
    held,
    give(job) {
      const id = ++lastId
      jobs.set(id, { job })
      startClock(id)
      send({ ...job.request, id })
    },
    grantTurn(job) {
      for (const [id, entry] of jobs) {
        if (entry.job !== job) continue
        startClock(id)
        send({ kind: 'turn', id })
      }
    },
    async stop() {
      isDead = true
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The error of a request that a worker could not be kept alive with: a picture can be to blame, a text cannot. */
export function breakdown({ kind }: WorkerRequest, reason: string): Error {
  return kind === 'text' ? new Error(`a text was not embedded: ${reason}`) : problem('PictureUnreadable', { reason })
}

function errorOf(failure: WorkerFailure): Error {
  return 'code' in failure ? new SightlineError(failure.code, failure.message) : new Error(failure.unexpected)
}
