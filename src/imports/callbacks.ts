/**
 * Callbacks at the end of imports: what was written down with the end is delivered, again and again if need be, also
 * after a restart.
 */
import type { Logger } from '../ops/log.ts'
import {
  type CallbackRecord,
  type DueCallback,
  dueCallbacks,
  listCallbacks,
  nextCallbackAt,
  recordDelivery,
  redeliverLast,
} from '../store/callbacks.ts'
import type { Store } from '../store/index.ts'
import type { CallbackSender } from './callback-sender.ts'
import type { ImportCallback } from './imports.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** After the first try; some 22 hours together. */
const DELAYS_MS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 13 * HOUR]
/** Slow receivers keep as many others waiting. */
const AT_ONCE = 8
/** The clock may jump: it is looked at so often. */
const LONGEST_SLEEP_MS = MINUTE

export interface CallbacksParts {
  readonly store: Store
  readonly sender: CallbackSender
  readonly log: Logger
  /** Key that callbacks of an instance are signed with. */
  keyOf(instance: string): Uint8Array
  now(): number
  /** How long to wait after each try that failed; after the last one no more follows. */
  readonly delaysMs?: readonly number[]
}

export interface Callbacks {
  /** There may be something to deliver: looks, and from then on again when the next one is due. */
  ring(): void
  list(importId: number): Promise<ImportCallback[]>
  /** Sends the last callback of an import again, with all its tries. @returns false when there is none */
  redeliver(importId: number): Promise<boolean>
  /** Gives up the tries in work; they are made again after the next start. */
  close(): Promise<void>
}

export function createCallbacks(parts: CallbacksParts): Callbacks {
  const { store, sender, log, keyOf, now, delaysMs = DELAYS_MS } = parts
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isRung = false
  let working: Promise<void> | undefined

  function ring(): void {
    isRung = true
    working ??= work()
  }

  async function work(): Promise<void> {
    while (isRung && !closing.signal.aborted) {
      isRung = false
      clearTimeout(timer)
      const sleepMs = await deliverDue().catch((error) => {
        if (!closing.signal.aborted) log.error({ err: error }, 'callbacks could not be delivered')
        return LONGEST_SLEEP_MS
      })
      if (sleepMs !== undefined) timer = setTimeout(ring, sleepMs).unref()
    }
    clearTimeout(closing.signal.aborted ? timer : undefined)
    // In the same turn as the check above: who rings in between would not be heard.
    working = undefined
  }

  /** @returns how long until there is more to do; undefined = nothing waits */
  async function deliverDue(): Promise<number | undefined> {
    for (;;) {
      const due = await dueCallbacks(store.read, now(), AT_ONCE)
      if (due.length === 0) break
      await Promise.all(due.map(deliver))
    }
    const nextAt = await nextCallbackAt(store.read)
    return nextAt === undefined ? undefined : Math.min(LONGEST_SLEEP_MS, Math.max(0, nextAt - now()))
  }

  async function deliver({ id, import_id, address, instance, body, tries }: DueCallback): Promise<void> {
    const at = now()
    const startMs = performance.now()
    const post = { address, id: `callback-${id}`, atMs: at, body, key: keyOf(instance) }
    const { status, error } = await sender.post(post, closing.signal)
    const took_ms = Math.round(performance.now() - startMs)
    const delayMs = delaysMs[tries]
    const state = error === '' ? 'delivered' : delayMs === undefined ? 'failed' : 'waiting'
    const then = { state, tries: tries + 1, next_at: now() + (delayMs ?? 0) } as const
    await store.write((trx) => recordDelivery(trx, id, { at, took_ms, status, error }, then))
    const facts = { import: import_id, callback: id, try: tries + 1, status, ...(error && { error }) }
    if (error === '') log.info(facts, 'callback delivered')
    else log.warn(facts, state === 'failed' ? 'callback given up' : 'callback not delivered')
  }

  return {
    ring,
    list: async (importId) => (await listCallbacks(store.read, importId)).map(importCallback),
    async redeliver(importId) {
      const isThere = await store.write((trx) => redeliverLast(trx, importId, now()))
      if (isThere) ring()
      return isThere
    },
    async close() {
      closing.abort()
      clearTimeout(timer)
      await working
    },
  }
}

function importCallback(
  one: CallbackRecord & { deliveries: readonly { at: number; took_ms: number; status: number; error: string }[] },
): ImportCallback {
  return {
    id: `callback-${one.id}`,
    state: one.state,
    createdMs: one.created_at,
    ...(one.state === 'waiting' && { nextMs: one.next_at }),
    deliveries: one.deliveries.map(({ at, took_ms, status, error }) => ({ atMs: at, tookMs: took_ms, status, error })),
    body: JSON.parse(one.body),
  }
}
