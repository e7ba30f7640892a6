/**
 * Runs what is left of an import: one planner cuts tasks ahead, one source opens them in order, and many runners take
 * their rows. Nothing here grows with the manifest: a few tasks are open at a time.
 */
import { claimTasks, pruneTombstones, type Task } from '../store/imports.ts'
import { forEachParallel } from './for-each-parallel.ts'
import { type ImportRun, isPlanned, LEASE_MS } from './import-run.ts'
import { closeTask, type OpenTask, openTask, type PictureRow } from './open-task.ts'
import { planManifest } from './plan-manifest.ts'
import { countsOf } from './row-outcome.ts'
import { runRow } from './run-row.ts'

/** Tasks opened together: rows without a picture are settled in one commit of the store. */
const TASKS_AT_ONCE = 8
/** Lines between two clean-ups of tombstones. */
const PRUNE_LINES = 16_384

/**
 * Resolves when every line has its outcome, or when the signal is aborted and no row is in work any more.
 *
 * @throws the first trouble that is not a row's own; rows in work have ended then, what they recorded stays
 */
export function runImport(run: ImportRun, stop: AbortSignal): Promise<void> {
  const newTasks = createBell()
  return forEachParallel(
    run.parallel,
    stop,
    (signal) => pictureRows(run, newTasks, signal),
    async (row, signal) => {
      const outcome = await runRow(run, row, signal)
      run.progress.add(countsOf([outcome]))
      await rowDone(run, row.task)
      run.failures?.see(outcome)
    },
    (signal) => planManifest(run, newTasks.ring, signal),
  )
}

async function rowDone(run: ImportRun, task: OpenTask): Promise<void> {
  task.open--
  if (task.open === 0) await closeTask(run, task)
}

/** Opens tasks in order of lines and gives their rows; ends after the last row of the manifest. */
async function* pictureRows(run: ImportRun, newTasks: Bell, signal: AbortSignal): AsyncGenerator<PictureRow> {
  signal.addEventListener('abort', newTasks.ring, { once: true })
  const inWork = new Set<OpenTask>()
  let pruned = 0
  while (!signal.aborted) {
    // Before the claim: what is planned after this was read rings the bell.
    const isLast = isPlanned(run.record)
    const rung = newTasks.next()
    const tasks = await claim(run)
    if (tasks.length === 0) {
      if (isLast) return
      await rung
      continue
    }
    for (const task of await openAll(run, tasks, signal)) {
      if (task.open > 0) inWork.add(task)
      for (const row of task.rows) {
        if (signal.aborted) return
        yield row
      }
    }
    for (const task of inWork) if (task.open === 0) inWork.delete(task)
    pruned = await prune(run, pruned, inWork, tasks.at(-1) as Task)
  }
}

function claim({ store, record, now }: ImportRun): Promise<Task[]> {
  return store.write((trx) => claimTasks(trx, record.id, { limit: TASKS_AT_ONCE, leaseUntil: now() + LEASE_MS }))
}

/** Tombstones of lines before the first open one have no more to say. */
async function prune(run: ImportRun, pruned: number, inWork: ReadonlySet<OpenTask>, last: Task): Promise<number> {
  const opened = [...inWork].map(({ task }) => task.firstLine)
  const firstOpen = Math.min(last.firstLine + last.lines, ...opened)
  if (firstOpen - pruned < PRUNE_LINES) return pruned
  await run.store.write((trx) => pruneTombstones(trx, run.record.id, firstOpen))
  return firstOpen
}

/** Waits for all of them also when one fails: nothing goes on behind the back of the next attempt. */
async function openAll(run: ImportRun, tasks: readonly Task[], signal: AbortSignal): Promise<OpenTask[]> {
  const opened = await Promise.allSettled(tasks.map((task) => openTask(run, task, signal)))
  return opened.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}

interface Bell {
  ring(): void
  /** Resolves at the next ring. */
  next(): Promise<void>
}

function createBell(): Bell {
  let waiting = Promise.withResolvers<void>()
  return {
    ring() {
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
    },
    next: () => waiting.promise,
  }
}
