/**
 * The audit log: changes are written with the change, in its transaction; denials soon after, in the background, so that
 * saying no is not slower than saying yes.
 */
import type { Logger } from 'pino'
import { clip } from '../errors.ts'
import { type AuditRow, insertAudit, listAudit, pruneAudit } from '../store/audit.ts'
import type { Store, Trx } from '../store/index.ts'
import type { Principal, RequestConditions } from './access.ts'

type NewRow = Omit<AuditRow, 'id'>

/** One line: who did or wanted what. */
export interface AuditEntry {
  readonly id: number
  readonly atMs: number
  /** ARN; '' = unknown. */
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly outcome: 'changed' | 'denied'
  readonly requestId: string
  readonly remoteAddress: string
  /** What was changed to what, or why it was denied; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
}

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'atMs' | 'outcome'>

export interface AuditPage {
  /** Only entries older than this one. */
  readonly beforeId?: number
  /** 1..1000 */
  readonly limit: number
  readonly principal?: string
  readonly outcome?: 'changed' | 'denied'
}

export interface AuditLog {
  /** Writes a change with the change. */
  changed(trx: Trx, entry: NewAuditEntry): Promise<void>
  /** Writes soon; for what changes nothing in the store. */
  note(outcome: AuditEntry['outcome'], entry: NewAuditEntry): void
  /** Newest first. */
  list(page: AuditPage): Promise<AuditEntry[]>
  close(): Promise<void>
}

const FLUSH_AFTER_MS = 200
/** Lines that wait to be written; more than that in 200 ms is an attack, and the log says how many were left out. */
const MAX_WAITING = 2000
const PRUNE_EVERY = 1000
const MAX_VALUE_CHARS = 500
/** Policies are longer; their beginning tells them apart. */
const MAX_DETAIL_CHARS = 4000

export function createAuditLog(parts: {
  store: Store
  clock: () => number
  log: Logger
  maxRows: number
  maxAgeMs: number
}): AuditLog {
  const { store, clock, log, maxRows, maxAgeMs } = parts
  let waiting: NewRow[] = []
  let leftOut = 0
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> = Promise.resolve()
  let sincePrune = PRUNE_EVERY

  async function insert(trx: Trx, rows: NewRow[]): Promise<void> {
    await insertAudit(trx, rows)
    sincePrune += rows.length
    if (sincePrune < PRUNE_EVERY) return
    await pruneAudit(trx, { before: clock() - maxAgeMs, maxRows })
    sincePrune = 0
  }

  function flush(): void {
    timer = undefined
    const rows = waiting
    waiting = []
    if (leftOut > 0) log.warn({ leftOut }, 'lines were left out of the audit log')
    leftOut = 0
    flushing = flushing
      .then(() => store.write((trx) => insert(trx, rows)))
      .catch((error) => log.error({ err: error, rows: rows.length }, 'lines were not written to the audit log'))
  }

  function row(entry: NewAuditEntry, outcome: NewRow['outcome']): NewRow {
    return {
      at: clock(),
      principal: entry.principal,
      action: entry.action.slice(0, MAX_VALUE_CHARS),
      resource: entry.resource.slice(0, MAX_VALUE_CHARS),
      outcome,
      request_id: entry.requestId,
      remote_address: entry.remoteAddress,
      detail: JSON.stringify(entry.detail, (_, value) =>
        typeof value === 'string' ? clip(value, MAX_DETAIL_CHARS) : value,
      ),
    }
  }

  return {
    changed: (trx, entry) => insert(trx, [row(entry, 'changed')]),
    note(outcome, entry) {
      if (waiting.length >= MAX_WAITING) {
        leftOut++
        return
      }
      waiting.push(row(entry, outcome))
      timer ??= setTimeout(flush, FLUSH_AFTER_MS)
    },
    async list(page) {
      return (await listAudit(store.read, page)).map(({ at, request_id, remote_address, detail, ...rest }) => ({
        ...rest,
        atMs: at,
        requestId: request_id,
        remoteAddress: remote_address,
        detail: JSON.parse(detail) as Record<string, unknown>,
      }))
    },
    async close() {
      if (timer) {
        clearTimeout(timer)
        flush()
      }
      await flushing
    },
  }
}

/** The line of a request. */
export function lineOf(
  principal: Principal,
  action: string,
  resource: string,
  { sourceIp, requestId = '' }: RequestConditions,
  detail: NewAuditEntry['detail'],
): NewAuditEntry {
  return { principal: principal.arn, action, resource, requestId, remoteAddress: sourceIp, detail }
}
