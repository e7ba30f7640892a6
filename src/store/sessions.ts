/**
 * Sessions of the console.
 */
import type { Insertable, Selectable } from 'kysely'
import type { KeyOwner } from './access.ts'
import type { Db, SessionTable, Trx } from './index.ts'

export type SessionRow = Selectable<SessionTable>

export async function insertSession(trx: Trx, session: Insertable<SessionTable>): Promise<void> {
  await trx.insertInto('session').values(session).execute()
}

export async function findSession(db: Db, sha256: Uint8Array): Promise<(SessionRow & KeyOwner) | undefined> {
  return await db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .selectAll('session')
    .select(['user.name as user_name', 'user.is_admin as user_is_admin'])
    .where('session.sha256', '=', sha256)
    .executeTakeFirst()
}

/** Newest use first. */
export async function listSessions(db: Db, userId: number): Promise<SessionRow[]> {
  return await db.selectFrom('session').selectAll().where('user_id', '=', userId).orderBy('used_at', 'desc').execute()
}

export async function touchSession(trx: Trx, sha256: Uint8Array, usedAt: number): Promise<void> {
  await trx.updateTable('session').set({ used_at: usedAt }).where('sha256', '=', sha256).execute()
}

export async function deleteSession(trx: Trx, sha256: Uint8Array): Promise<void> {
  await trx.deleteFrom('session').where('sha256', '=', sha256).execute()
}

export async function deleteSessionsOf(trx: Trx, userId: number): Promise<void> {
  await trx.deleteFrom('session').where('user_id', '=', userId).execute()
}

/** Deletes what nobody used since `usedBefore` or was opened before `createdBefore`. */
export async function deleteOldSessions(trx: Trx, usedBefore: number, createdBefore: number): Promise<void> {
  await trx
    .deleteFrom('session')
    .where((eb) => eb.or([eb('used_at', '<', usedBefore), eb('created_at', '<', createdBefore)]))
    .execute()
}
