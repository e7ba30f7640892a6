/**
 * The ledger of imports: how far a manifest is planned, who works on which slice of it, and what became of every row.
 *
 * Counting is exact at any moment: the counters of the import hold the rows of tasks that are done (and deleted), the
 * rows of a task that was begun are counted from their outcomes. Both change in one transaction when a task finishes.
 */
import type { Insertable, Selectable, Updateable } from 'kysely'
import { inBlocks } from './in-blocks.ts'
import type { Db, ImportRowTable, ImportState, ImportTable, TaskTable, Trx } from './index.ts'

export type ImportRecord = Selectable<ImportTable>
export type RowRecord = Selectable<ImportRowTable>
/** What became of a row, before it is known of which import. */
export type NewRow = Omit<Insertable<ImportRowTable>, 'import_id'>

/** Lines `firstLine` to `firstLine + lines - 1` of the manifest, bytes `start` to before `end`. */
export interface TaskSlice {
  readonly start: number
  readonly end: number
  readonly firstLine: number
  readonly lines: number
}

export interface Task extends TaskSlice {
  readonly id: number
  readonly importId: number
  /** Fencing token: only the latest claim may write. */
  readonly token: number
  /** 1 = first. */
  readonly attempt: number
}

/** How many rows have which outcome; `causes` = failed ones by code, skipped ones by reason. */
export interface RowCounts {
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  readonly causes: Readonly<Record<string, number>>
}

/** Somebody else has claimed the task since: what was to be written must be undone. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

const IMPORT = { job_kind: 'import' } as const
const OPEN: ReadonlySet<ImportState> = new Set(['queued', 'running', 'paused'])

// --- imports

export async function insertImport(
  trx: Trx,
  row: Omit<Insertable<ImportTable>, 'planned_bytes' | 'planned_lines' | 'ok' | 'failed' | 'skipped' | 'causes'>,
): Promise<ImportRecord> {
  return trx
    .insertInto('import')
    .values({ ...row, planned_bytes: 0, planned_lines: 0, ok: 0, failed: 0, skipped: 0, causes: '{}' })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** false = it was cleared or dropped since. */
export async function isInstance(trx: Trx, id: number): Promise<boolean> {
  const row = await trx
    .selectFrom('instance')
    .select('id')
    .where('id', '=', id)
    .where('is_dropped', '=', 0)
    .executeTakeFirst()
  return row !== undefined
}

export function findImport(db: Db, id: number): Promise<ImportRecord | undefined> {
  return db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Imports that have not ended, oldest first. */
export function openImports(db: Db): Promise<ImportRecord[]> {
  return db
    .selectFrom('import')
    .selectAll()
    .where('state', 'in', ['queued', 'running', 'paused'])
    .orderBy('id')
    .execute()
}

export interface ImportPage {
  readonly limit: number
  readonly start: number
  readonly bucket?: string
  readonly path?: string
  readonly id?: number
  /** Dry runs, too. */
  readonly dryRuns?: boolean
}

/** Newest first. */
export async function listImports(
  db: Db,
  instanceId: number,
  { limit, start, bucket, path, id, dryRuns }: ImportPage,
): Promise<{ total: number; rows: ImportRecord[] }> {
  const matching = db
    .selectFrom('import')
    .where('instance_id', '=', instanceId)
    .$if(bucket !== undefined, (query) => query.where('bucket', '=', bucket as string))
    .$if(path !== undefined, (query) => query.where('path', '=', path as string))
    .$if(!dryRuns, (query) => query.where('is_dry_run', '=', 0))
    .$if(id !== undefined, (query) => query.where('id', '=', id as number))
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await matching.selectAll().orderBy('id', 'desc').limit(limit).offset(start).execute()
  return { total, rows }
}

/** Sets columns that change while it runs. */
export async function changeImport(
  trx: Trx,
  id: number,
  columns: Pick<Updateable<ImportTable>, 'manifest_etag' | 'manifest_bytes' | 'prediction' | 'stages'>,
): Promise<void> {
  await trx.updateTable('import').set(columns).where('id', '=', id).execute()
}

/** @returns false when the import is in another state than `from` */
export async function changeImportState(
  trx: Trx,
  id: number,
  change: { from: ImportState; to: ImportState; code?: string; message?: string; options?: string },
  nowMs: number,
): Promise<boolean> {
  const { from, to, ...columns } = change
  const changed = await trx
    .updateTable('import')
    .set({ ...columns, state: to, modified_at: nowMs })
    .where('id', '=', id)
    .where('state', '=', from)
    .returning('id')
    .executeTakeFirst()
  return changed !== undefined
}

/**
 * Ends an import: what open tasks have done is counted; tasks, tombstones and the frozen prediction go. The end of a
 * retry, however it ends, leaves the import as done or failed as it was, with other counters.
 *
 * @param cause why it failed; code '' otherwise
 * @returns undefined when it has ended already
 */
export async function endImport(
  trx: Trx,
  id: number,
  state: 'done' | 'failed' | 'cancelled',
  cause: { code: string; message: string },
  nowMs: number,
): Promise<ImportRecord | undefined> {
  const row = await findImport(trx, id)
  if (!row || !OPEN.has(row.state)) return undefined
  const begun = await begunTasks(trx, id)
  for (const task of begun) await countRows(trx, task, { ok: 0, skipped: {} }, nowMs)
  await trx.deleteFrom('task').where('job_kind', '=', IMPORT.job_kind).where('job_id', '=', id).execute()
  await trx.deleteFrom('import_tombstone').where('import_id', '=', id).execute()
  return trx
    .updateTable('import')
    .set({
      ...(row.retry_from === '' ? { state, ...cause } : { state: row.retry_from, ...(cause.code !== '' && cause) }),
      retry_from: '',
      prediction: '',
      modified_at: nowMs,
      finished_at: nowMs,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** What a dry run finds out beside outcomes. */
export interface Survey {
  /** ADD rows that would be done. */
  readonly pictures: number
  /** Those of them whose picture the instance does not have; a key that is named twice counts twice. */
  readonly newImages: number
  /** As measured on the first pictures; 0 = not measured. */
  readonly rowsASecond: number
}

export function readSurvey({ survey }: Pick<ImportRecord, 'survey'>): Survey {
  return survey === '' ? { pictures: 0, newImages: 0, rowsASecond: 0 } : JSON.parse(survey)
}

/** Adds what one task has found. */
export async function addSurvey(trx: Trx, id: number, more: Survey): Promise<void> {
  const row = await trx.selectFrom('import').select('survey').where('id', '=', id).executeTakeFirstOrThrow()
  const before = readSurvey(row)
  const survey: Survey = {
    pictures: before.pictures + more.pictures,
    newImages: before.newImages + more.newImages,
    rowsASecond: before.rowsASecond || more.rowsASecond,
  }
  await trx
    .updateTable('import')
    .set({ survey: JSON.stringify(survey) })
    .where('id', '=', id)
    .execute()
}

// --- planning

/** Adds tasks for further slices and remembers how far the manifest is cut; both or neither. */
export async function planSlices(trx: Trx, importId: number, slices: readonly TaskSlice[]): Promise<void> {
  const last = slices.at(-1)
  if (!last) return
  // Slices of lines that are nearly empty are many.
  await inBlocks(slices, (block) =>
    trx
      .insertInto('task')
      .values(
        block.map((slice) => ({
          ...IMPORT,
          job_id: importId,
          state: 'ready' as const,
          payload: JSON.stringify(slice),
          token: 0,
          attempt: 0,
          lease_until: 0,
        })),
      )
      .execute(),
  )
  await trx
    .updateTable('import')
    .set({ planned_bytes: last.end, planned_lines: last.firstLine + last.lines - 1 })
    .where('id', '=', importId)
    .execute()
}

// --- tasks

/** Takes the next tasks in order of lines. */
export async function claimTasks(
  trx: Trx,
  importId: number,
  { limit, leaseUntil }: { limit: number; leaseUntil: number },
): Promise<Task[]> {
  const rows = await trx
    .updateTable('task')
    .set((eb) => ({
      state: 'running',
      token: eb('token', '+', 1),
      attempt: eb('attempt', '+', 1),
      lease_until: leaseUntil,
    }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('task')
        .select('id')
        .where('job_kind', '=', IMPORT.job_kind)
        .where('job_id', '=', importId)
        .where('state', '=', 'ready')
        .orderBy('id')
        .limit(limit),
    )
    .returningAll()
    .execute()
  return rows.map(readTask).sort((a, b) => a.firstLine - b.firstLine)
}

/** Gives back the tasks of an import that nobody works on any more; what they have recorded stays. */
export async function releaseTasks(trx: Trx, importId: number): Promise<void> {
  await trx
    .updateTable('task')
    .set({ state: 'ready', lease_until: 0 })
    .where('job_kind', '=', IMPORT.job_kind)
    .where('job_id', '=', importId)
    .where('state', '=', 'running')
    .execute()
}

/** Lines of the task that have an outcome already, from an earlier attempt. */
export async function recordedLines(db: Db, task: Task): Promise<Set<number>> {
  const rows = await rowsOf(db, task).select('line').execute()
  return new Set(rows.map((row) => row.line))
}

/**
 * Records outcomes of rows of a task and renews its lease.
 *
 * @throws LeaseLost when somebody else has claimed the task since; the transaction must be undone
 */
export async function recordRows(trx: Trx, task: Task, rows: readonly NewRow[], leaseUntil: number): Promise<void> {
  const held = await trx
    .updateTable('task')
    .set({ lease_until: leaseUntil })
    .where('id', '=', task.id)
    .where('token', '=', task.token)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  if (!held) throw new LeaseLost(`task ${task.id} is held by somebody else`)
  if (rows.length === 0) return
  await trx
    .insertInto('import_row')
    .values(rows.map((row) => ({ import_id: task.importId, ...row })))
    .execute()
}

/**
 * Finishes a task: its rows are added to the counters of the import, outcomes of ok rows and the task itself go.
 *
 * @param unrecorded rows that have no outcome of their own in the ledger: blank lines, and ok rows of this transaction
 * @throws LeaseLost when somebody else has claimed or finished it since
 */
export async function finishTask(trx: Trx, task: Task, unrecorded: Unrecorded, nowMs: number): Promise<void> {
  const finished = await trx
    .deleteFrom('task')
    .where('id', '=', task.id)
    .where('token', '=', task.token)
    .returning('id')
    .executeTakeFirst()
  if (!finished) throw new LeaseLost(`task ${task.id} is held by somebody else`)
  await countRows(trx, task, unrecorded, nowMs)
}

export interface Unrecorded {
  readonly ok: number
  readonly skipped: Readonly<Record<string, number>>
}

async function countRows(
  trx: Trx,
  task: TaskSlice & { readonly importId: number },
  unrecorded: Unrecorded,
  nowMs: number,
): Promise<void> {
  const recorded = await countRecorded(trx, task)
  const counts = addCounts(recorded, unrecordedCounts(unrecorded))
  await countMore(trx, task.importId, counts, nowMs)
  if (recorded.ok > 0) {
    await trx
      .deleteFrom('import_row')
      .where('import_id', '=', task.importId)
      .where('line', '>=', task.firstLine)
      .where('line', '<', task.firstLine + task.lines)
      .where('outcome', '=', 'ok')
      .execute()
  }
}

/** Adds to the counters of an import; what is less is negative. */
export async function countMore(trx: Trx, importId: number, more: RowCounts, nowMs: number): Promise<void> {
  const row = await trx
    .selectFrom('import')
    .select(['ok', 'failed', 'skipped', 'causes'])
    .where('id', '=', importId)
    .executeTakeFirstOrThrow()
  const { causes, ...sums } = addCounts(readCounts(row), more)
  await trx
    .updateTable('import')
    .set({ ...sums, causes: JSON.stringify(causes), modified_at: nowMs })
    .where('id', '=', importId)
    .execute()
}

export function unrecordedCounts({ ok, skipped }: Unrecorded): RowCounts {
  const sum = Object.values(skipped).reduce((total, count) => total + count, 0)
  return { ok, failed: 0, skipped: sum, causes: skipped }
}

/** Exact counters of an import: those of finished tasks and of what begun ones have recorded. */
export async function countOutcomes(db: Db, row: ImportRecord): Promise<RowCounts> {
  let counts = readCounts(row)
  for (const task of await begunTasks(db, row.id)) counts = addCounts(counts, await countRecorded(db, task))
  return counts
}

export function readCounts(row: Pick<ImportRecord, 'ok' | 'failed' | 'skipped' | 'causes'>): RowCounts {
  return { ok: row.ok, failed: row.failed, skipped: row.skipped, causes: JSON.parse(row.causes) }
}

export function addCounts(a: RowCounts, b: RowCounts): RowCounts {
  const causes: Record<string, number> = { ...a.causes }
  for (const [code, count] of Object.entries(b.causes)) {
    const sum = (causes[code] ?? 0) + count
    if (sum === 0) delete causes[code]
    else causes[code] = sum
  }
  return { ok: a.ok + b.ok, failed: a.failed + b.failed, skipped: a.skipped + b.skipped, causes }
}

async function countRecorded(db: Db, task: TaskSlice & { readonly importId: number }): Promise<RowCounts> {
  const groups = await rowsOf(db, task)
    .select((eb) => ['outcome', 'code', eb.fn.countAll<number>().as('count')])
    .groupBy(['outcome', 'code'])
    .execute()
  const counts = { ok: 0, failed: 0, skipped: 0, causes: {} as Record<string, number> }
  for (const { outcome, code, count } of groups) {
    counts[outcome] += count
    if (outcome !== 'ok') counts.causes[code] = count
  }
  return counts
}

function rowsOf(db: Db, task: TaskSlice & { readonly importId: number }) {
  return db
    .selectFrom('import_row')
    .where('import_id', '=', task.importId)
    .where('line', '>=', task.firstLine)
    .where('line', '<', task.firstLine + task.lines)
}

async function begunTasks(db: Db, importId: number): Promise<Task[]> {
  const rows = await db
    .selectFrom('task')
    .selectAll()
    .where('job_kind', '=', IMPORT.job_kind)
    .where('job_id', '=', importId)
    .where('attempt', '>', 0)
    .execute()
  return rows.map(readTask)
}

function readTask({ id, job_id, payload, token, attempt }: Selectable<TaskTable>): Task {
  return { ...(JSON.parse(payload) as TaskSlice), id, importId: job_id, token, attempt }
}

// --- rows

/** Failed and skipped rows in order of line. */
export function listRows(
  db: Db,
  importId: number,
  page: { afterLine: number; limit: number; code?: string; outcome?: 'failed' | 'skipped' },
): Promise<RowRecord[]> {
  return db
    .selectFrom('import_row')
    .selectAll()
    .where('import_id', '=', importId)
    .where('line', '>', page.afterLine)
    .where('outcome', '<>', 'ok')
    .$if(page.code !== undefined, (query) => query.where('code', '=', page.code as string))
    .$if(page.outcome !== undefined, (query) => query.where('outcome', '=', page.outcome as 'failed' | 'skipped'))
    .orderBy('line')
    .limit(page.limit)
    .execute()
}

/**
 * Forgets tombstones of lines below the first one that is still open: no earlier line can come any more. Keeps the
 * table as small as the work in flight.
 */
export async function pruneTombstones(trx: Trx, importId: number, belowLine: number): Promise<void> {
  await trx.deleteFrom('import_tombstone').where('import_id', '=', importId).where('line', '<', belowLine).execute()
}
