import { insertCallback } from '../store/callbacks.ts'
import { beginNext } from '../store/import-queue.ts'
import { endImport, findImport, type ImportRecord } from '../store/imports.ts'
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
  if (ended.callback_address !== '') await insertCallback(trx, id, callbackBody(ended, instance), nowMs)
  return { ended, next: await beginNext(trx, ended.instance_id, nowMs) }
}
