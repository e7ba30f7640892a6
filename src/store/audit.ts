/**
 * The audit log: every change of access and every denial.
 */
import type { Insertable, Selectable } from 'kysely'
import type { AuditTable, Db, Trx } from './index.ts'

export type AuditRow = Selectable<AuditTable>

export async function insertAudit(trx: Trx, rows: readonly Insertable<AuditTable>[]): Promise<void> {
  if (rows.length > 0) await trx.insertInto('audit').values(rows).execute()
}

/** Newest first. */
export async function listAudit(
  db: Db,
  page: { beforeId?: number; limit: number; principal?: string; outcome?: AuditRow['outcome'] },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(page.limit)
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId)
  if (page.principal !== undefined) query = query.where('principal', '=', page.principal)
  if (page.outcome !== undefined) query = query.where('outcome', '=', page.outcome)
  return await query.execute()
}

/** Deletes rows older than `before`, and all but the newest `maxRows`. */
export async function pruneAudit(trx: Trx, { before, maxRows }: { before: number; maxRows: number }): Promise<void> {
  await trx.deleteFrom('audit').where('at', '<', before).execute()
  const oldest = await trx
    .selectFrom('audit')
    .select('id')
    .orderBy('id', 'desc')
    .offset(maxRows)
    .limit(1)
    .executeTakeFirst()
  if (oldest) await trx.deleteFrom('audit').where('id', '<=', oldest.id).execute()
}
