/**
 * Users and their keys.
 */
import type { Insertable, Selectable } from 'kysely'
import type { AccessKeyTable, BearerKeyTable, Db, Trx, UserTable } from './index.ts'

export type UserRow = Selectable<UserTable>
export type AccessKeyRow = Selectable<AccessKeyTable>
export type BearerKeyRow = Selectable<BearerKeyTable>

/** A key with the user it belongs to. */
export interface KeyOwner {
  readonly user_name: string
  readonly user_is_admin: number
}

export async function insertUser(trx: Trx, user: Insertable<UserTable>): Promise<UserRow> {
  return await trx.insertInto('user').values(user).returningAll().executeTakeFirstOrThrow()
}

export async function listUsers(db: Db): Promise<UserRow[]> {
  return await db.selectFrom('user').selectAll().orderBy('name').execute()
}

export async function findUser(db: Db, name: string): Promise<UserRow | undefined> {
  return await db.selectFrom('user').selectAll().where('name', '=', name).executeTakeFirst()
}

export async function updateUser(
  trx: Trx,
  id: number,
  change: { display_name?: string; is_admin?: number; password_hash?: string },
): Promise<void> {
  await trx.updateTable('user').set(change).where('id', '=', id).execute()
}

export async function countAdmins(db: Db): Promise<number> {
  const row = await db
    .selectFrom('user')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('is_admin', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Deletes a user with its keys and attachments. */
export async function deleteUser(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('attachment').where('target_kind', '=', 'user').where('target_id', '=', id).execute()
  await trx.deleteFrom('user').where('id', '=', id).execute()
}

export async function insertAccessKey(trx: Trx, key: Insertable<AccessKeyTable>): Promise<void> {
  await trx.insertInto('access_key').values(key).execute()
}

export async function findAccessKey(db: Db, id: string): Promise<(AccessKeyRow & KeyOwner) | undefined> {
  return await db
    .selectFrom('access_key')
    .innerJoin('user', 'user.id', 'access_key.user_id')
    .selectAll('access_key')
    .select(['user.name as user_name', 'user.is_admin as user_is_admin'])
    .where('access_key.id', '=', id)
    .executeTakeFirst()
}

export async function listAccessKeys(db: Db, userId: number): Promise<AccessKeyRow[]> {
  return await db
    .selectFrom('access_key')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function setAccessKeyActive(trx: Trx, id: string, active: boolean): Promise<void> {
  await trx
    .updateTable('access_key')
    .set({ active: Number(active) })
    .where('id', '=', id)
    .execute()
}

export async function touchAccessKey(trx: Trx, id: string, usedAt: number): Promise<void> {
  await trx.updateTable('access_key').set({ last_used_at: usedAt }).where('id', '=', id).execute()
}

export async function deleteAccessKey(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('access_key').where('id', '=', id).execute()
}

export async function insertBearerKey(trx: Trx, key: Insertable<BearerKeyTable>): Promise<BearerKeyRow> {
  return await trx.insertInto('bearer_key').values(key).returningAll().executeTakeFirstOrThrow()
}

export async function findBearerKey(db: Db, sha256: Uint8Array): Promise<(BearerKeyRow & KeyOwner) | undefined> {
  return await db
    .selectFrom('bearer_key')
    .innerJoin('user', 'user.id', 'bearer_key.user_id')
    .selectAll('bearer_key')
    .select(['user.name as user_name', 'user.is_admin as user_is_admin'])
    .where('bearer_key.sha256', '=', sha256)
    .executeTakeFirst()
}

export async function findBearerKeyById(db: Db, id: number): Promise<(BearerKeyRow & KeyOwner) | undefined> {
  return await db
    .selectFrom('bearer_key')
    .innerJoin('user', 'user.id', 'bearer_key.user_id')
    .selectAll('bearer_key')
    .select(['user.name as user_name', 'user.is_admin as user_is_admin'])
    .where('bearer_key.id', '=', id)
    .executeTakeFirst()
}

export async function listBearerKeys(db: Db, userId: number): Promise<BearerKeyRow[]> {
  return await db.selectFrom('bearer_key').selectAll().where('user_id', '=', userId).orderBy('id').execute()
}

export async function setBearerKeyActive(trx: Trx, id: number, active: boolean): Promise<void> {
  await trx
    .updateTable('bearer_key')
    .set({ active: Number(active) })
    .where('id', '=', id)
    .execute()
}

export async function touchBearerKey(trx: Trx, id: number, usedAt: number): Promise<void> {
  await trx.updateTable('bearer_key').set({ last_used_at: usedAt }).where('id', '=', id).execute()
}

export async function deleteBearerKey(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('bearer_key').where('id', '=', id).execute()
}
