/**
 * The index of one instance: the active generation, and the changes that its table does not have yet. A new
 * generation is made beside the active one when the collection has outgrown the basis on which that was made.
 */
import { EventEmitter, once } from 'node:events'
import type { Filter } from '../filter.ts'
import { measureBasis } from './basis.ts'
import { centre, dot, drift } from './centring.ts'
import { build, type CollectionParts, catchUp, type OpenGeneration, openSaved, retire } from './generation.ts'
import { Pending } from './pending.ts'
import type { VectorTable } from './port.ts'
import { type Anchors, anchorsOf, between, scoreOf } from './score.ts'
import { createTurns } from './turns.ts'
import type { Change, IndexState, SearchHit } from './vectors.ts'

/** Pending changes from which they are written to the table at once; fewer wait for others. */
const FLUSH_AT = 1000
/** Longest wait of a change for the table. */
const FLUSH_AFTER_MS = 1500
/** Pending changes at which writers of many rows wait: each costs a search 0.3 microseconds. */
const FULL_AT = 8000
/** Pause after the table could not be written. */
const RETRY_AFTER_MS = 5000
/** Longest wait for a rebuild or a table to end: they cannot while a graph is made, and the next start sees to what is left. */
const STOP_WITHIN_MS = 3000
/** Commits after which the table gets its upkeep. */
const COMMITS_TO_UPKEEP = 16
/** A new basis is due when the collection has grown to this many times what the present one was measured on. */
const GROWTH = 4
/** First size at which it is worth while. */
const FIRST_BASIS_AT = 32
/** From this size on the index is made anew only when the mean has moved by more than {@link MAX_DRIFT}. */
const DRIFT_FROM = 20_000
const MAX_DRIFT = 0.1

export interface Collection {
  apply(changes: readonly Change[]): void
  ready(signal?: AbortSignal): Promise<void>
  search(query: Float32Array, search: { limit: number; filter?: Filter }): Promise<SearchHit[]>
  similarity(a: Float32Array, b: Float32Array): number
  compare(a: Float32Array, b: Float32Array): { similarity: number; score: number }
  count(filter?: Filter): Promise<number>
  state(): IndexState
  ids(): AsyncIterable<readonly number[]>
  rebuild(): Promise<void>
  drop(): Promise<void>
  close(): Promise<void>
}

export async function openCollection(parts: CollectionParts): Promise<Collection> {
  const { source, log, instanceId, model, dimension } = parts
  const stopping = new AbortController()
  /** One change of the active generation at a time: flush, switch, close. */
  const exclusively = createTurns()
  /** Says `room` when pending changes have gone into the table. */
  const flushed = new EventEmitter().setMaxListeners(0)
  let active = (await openSaved(parts)) ?? (await build(parts, exclusively, stopping.signal))
  let pending = new Pending(active.basis.mean)
  /** Size for which the basis is good enough. */
  let settledAt = active.basis.calibration.images
  let commits = 0
  let flushTimer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | undefined
  let rebuilding: Promise<void> | undefined
  inBackground(active.table.maintain())

  function inBackground(work: Promise<void>): void {
    work.catch((err) => {
      if (!stopping.signal.aborted) log.error({ err, instanceId }, 'work on a vector index failed')
    })
  }

  function scheduleFlush(): void {
    if (flushing || pending.size === 0 || stopping.signal.aborted) return
    if (pending.size >= FLUSH_AT) startFlush()
    else flushTimer ??= setTimeout(startFlush, FLUSH_AFTER_MS).unref()
  }

  function startFlush(): void {
    clearTimeout(flushTimer)
    flushTimer = undefined
    flushing = exclusively(flush)
      .catch((err) => {
        log.error({ err, instanceId }, 'changes could not be written to a vector index; trying again')
        return afterMs(RETRY_AFTER_MS, stopping.signal)
      })
      .finally(() => {
        flushing = undefined
        scheduleFlush()
      })
  }

  async function flush(): Promise<void> {
    do {
      const changes = await catchUp(parts, active)
      pending.forgetUpTo(active.appliedSeq)
      flushed.emit('room')
      if (changes === 0) break
      commits++
    } while (pending.size >= FLUSH_AT)
    if (commits >= COMMITS_TO_UPKEEP) {
      commits = 0
      inBackground(active.table.maintain())
    }
    if (active.rows >= Math.max(FIRST_BASIS_AT, GROWTH * settledAt)) inBackground(renewBasis())
  }

  async function renewBasis(): Promise<void> {
    if (rebuilding) return
    settledAt = active.rows
    if (active.rows >= DRIFT_FROM) {
      const { mean } = await measureBasis(source, instanceId, model, dimension)
      if (drift(mean, active.basis.mean) <= MAX_DRIFT) return
    }
    await rebuild()
  }

  function rebuild(): Promise<void> {
    rebuilding ??= replaceActive().finally(() => {
      rebuilding = undefined
    })
    return rebuilding
  }

  async function replaceActive(): Promise<void> {
    const next = await build(parts, exclusively, stopping.signal)
    const previous = await exclusively(async () => {
      stopping.signal.throwIfAborted()
      // Changes that have left `pending` are in the active table; they must be in the next one, too.
      while (next.appliedSeq < active.appliedSeq && (await catchUp(parts, next)) > 0);
      return switchTo(next)
    })
    await retire(parts, previous)
  }

  /** In one turn of the event loop: no search and no change sees half of it. */
  function switchTo(next: OpenGeneration): OpenGeneration {
    const previous = active
    pending = pending.movedTo(next.basis.mean, next.appliedSeq)
    settledAt = next.basis.calibration.images
    active = next
    return previous
  }

  /** Keeps the table while it is read, also when another generation takes over meanwhile. */
  async function reading<T>(read: (table: VectorTable) => Promise<T>): Promise<T> {
    const { table, readers } = active
    const result = read(table)
    readers.add(result)
    try {
      return await result
    } finally {
      readers.delete(result)
    }
  }

  function anchors(centred: Float32Array): Anchors {
    const { cohort, calibration } = active.basis
    return anchorsOf(centred, cohort, calibration)
  }

  async function stop(): Promise<void> {
    stopping.abort()
    clearTimeout(flushTimer)
    flushed.emit('room')
    await flushing
    await Promise.race([rebuilding?.catch(() => {}), afterMs(STOP_WITHIN_MS)])
  }

  return {
    apply(changes) {
      for (const change of changes) if (change.seq > active.appliedSeq) pending.add(change)
      scheduleFlush()
    },

    async ready(signal) {
      while (pending.size >= FULL_AT && !stopping.signal.aborted) await once(flushed, 'room', { signal })
    },

    async search(query, { limit, filter }) {
      const centred = centre(query, active.basis.mean)
      const scale = anchors(centred)
      const fromPending = pending.search(centred, filter)
      const search = { limit, exclude: pending.ids(), ...(filter && { filter }) }
      const fromTable = await reading((table) => table.search(centred, search))
      return [...fromTable, ...fromPending]
        .sort((a, b) => b.similarity - a.similarity || a.id - b.id)
        .slice(0, limit)
        .map(({ id, similarity }) => ({ id, similarity: Math.min(1, similarity), score: scoreOf(similarity, scale) }))
    },

    similarity: (a, b) => dot(centre(a, active.basis.mean), centre(b, active.basis.mean)),

    compare(a, b) {
      const [left, right] = [centre(a, active.basis.mean), centre(b, active.basis.mean)]
      const similarity = dot(left, right)
      return { similarity, score: scoreOf(similarity, between(anchors(left), anchors(right))) }
    },

    async count(filter) {
      const inPending = pending.count(filter)
      const outdated = pending.ids()
      return inPending + (await reading((table) => table.count(filter, outdated)))
    },

    state: () => ({
      instanceId,
      generation: active.id,
      pending: pending.size,
      rows: active.rows,
      calibration: active.basis.calibration,
      isRebuilding: rebuilding !== undefined,
    }),

    async *ids() {
      const outdated = new Set(pending.ids())
      const present = pending.presentIds()
      // All at once, since the table may be dropped while the caller works on a block.
      const blocks = await reading(async (table) => {
        const all: (readonly number[])[] = []
        for await (const block of table.ids()) all.push(block)
        return all
      })
      for (const block of blocks) yield block.filter((id) => !outdated.has(id))
      yield present
    },

    rebuild,

    async drop() {
      await stop()
      await exclusively(() => retire(parts, active))
    },

    async close() {
      await stop()
      const closing = exclusively(async () => {
        try {
          while ((await catchUp(parts, active)) > 0);
        } finally {
          await active.table.close()
        }
      })
      // What is left to write or to merge comes at the next start.
      await Promise.race([closing, afterMs(STOP_WITHIN_MS)])
    },
  }
}

/** Global timers, so that a test can move the time. */
function afterMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
