import { insertCallback } from '../store/callbacks.ts'
import { beginNext } from '../store/import-queue.ts'
import { changeImportState, countOutcomes, endImport, findImport, type ImportRecord } from '../store/imports.ts'
import type { Trx } from '../store/index.ts'
import { callbackBody } from './callback-body.ts'

export interface Conclusion {
  readonly state: 'done' | 'failed' | 'cancelled'
  /** Why it failed; code '' otherwise. */
  readonly code: string
  readonly message: string
}

export interface Concluded {
  readonly ended: ImportRecord
  /** The queued import of the same instance that has its turn now. */
  readonly next: ImportRecord | undefined
}

/**
 * Ends an import, writes down what its callback address is to be told, and gives the next one its turn: all of it or
 * nothing.
 *
 * @param record as whoever ends it knows it
 * @returns undefined when it is in another state since
 */
export async function concludeImport(
  trx: Trx,
  record: ImportRecord,
  instance: string,
  { state, ...cause }: Conclusion,
  nowMs: number,
): Promise<Concluded | undefined> {
  const { id } = record
  if ((await findImport(trx, id))?.state !== record.state) return undefined
  const ended = await endImport(trx, id, state, cause, nowMs)
  if (!ended) return undefined
  await tell(trx, ended, instance, nowMs)
  return { ended, next: await beginNext(trx, ended.instance_id, nowMs) }
}

/**
 * Pauses an import that runs, and writes down that its callback address is to be told: somebody has to mend something.
 *
 * @returns false when it does not run any more
 */
export async function pauseImport(
  trx: Trx,
  { id }: ImportRecord,
  instance: string,
  cause: { readonly code: string; readonly message: string },
  nowMs: number,
): Promise<boolean> {
  if (!(await changeImportState(trx, id, { from: 'running', to: 'paused', ...cause }, nowMs))) return false
  const paused = await findImport(trx, id)
  if (paused) await tell(trx, paused, instance, nowMs)
  return true
}

async function tell(trx: Trx, record: ImportRecord, instance: string, nowMs: number): Promise<void> {
  if (record.callback_address === '') return
  const body = callbackBody(record, await countOutcomes(trx, record), instance)
  await insertCallback(trx, record.id, body, nowMs)
}
