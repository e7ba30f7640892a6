/**
 * Roles, policies, and which policy is attached to whom.
 */
import type { Insertable, Selectable } from 'kysely'
import type { AttachmentTable, Db, PolicyTable, RoleTable, Trx } from './index.ts'

export type RoleRow = Selectable<RoleTable>
export type PolicyRow = Selectable<PolicyTable>
export type TargetKind = AttachmentTable['target_kind']

export async function insertRole(trx: Trx, role: Insertable<RoleTable>): Promise<RoleRow> {
  return await trx.insertInto('role').values(role).returningAll().executeTakeFirstOrThrow()
}

export async function listRoles(db: Db): Promise<RoleRow[]> {
  return await db.selectFrom('role').selectAll().orderBy('name').execute()
}

export async function findRole(db: Db, name: string): Promise<RoleRow | undefined> {
  return await db.selectFrom('role').selectAll().where('name', '=', name).executeTakeFirst()
}

export async function updateRole(
  trx: Trx,
  id: number,
  change: { description?: string; trust_policy?: string; max_session_seconds?: number },
): Promise<void> {
  await trx.updateTable('role').set(change).where('id', '=', id).execute()
}

/** Deletes a role with its attachments. */
export async function deleteRole(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('attachment').where('target_kind', '=', 'role').where('target_id', '=', id).execute()
  await trx.deleteFrom('role').where('id', '=', id).execute()
}

export async function insertPolicy(trx: Trx, policy: Insertable<PolicyTable>): Promise<PolicyRow> {
  return await trx.insertInto('policy').values(policy).returningAll().executeTakeFirstOrThrow()
}

/** System policies first. */
export async function listPolicies(db: Db): Promise<PolicyRow[]> {
  return await db.selectFrom('policy').selectAll().orderBy('is_system', 'desc').orderBy('name').execute()
}

export async function findPolicy(db: Db, name: string): Promise<PolicyRow | undefined> {
  return await db.selectFrom('policy').selectAll().where('name', '=', name).executeTakeFirst()
}

export async function updatePolicy(
  trx: Trx,
  id: number,
  change: { description?: string; document?: string },
): Promise<void> {
  await trx.updateTable('policy').set(change).where('id', '=', id).execute()
}

export async function deletePolicy(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('policy').where('id', '=', id).execute()
}

/** Attaching what is attached changes nothing. */
export async function attachPolicy(trx: Trx, policyId: number, kind: TargetKind, targetId: number): Promise<void> {
  await trx
    .insertInto('attachment')
    .values({ policy_id: policyId, target_kind: kind, target_id: targetId })
    .onConflict((conflict) => conflict.columns(['target_kind', 'target_id', 'policy_id']).doNothing())
    .execute()
}

export async function detachPolicy(trx: Trx, policyId: number, kind: TargetKind, targetId: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('attachment')
    .where('policy_id', '=', policyId)
    .where('target_kind', '=', kind)
    .where('target_id', '=', targetId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0
}

export async function listPoliciesOf(db: Db, kind: TargetKind, targetId: number): Promise<PolicyRow[]> {
  return await db
    .selectFrom('attachment')
    .innerJoin('policy', 'policy.id', 'attachment.policy_id')
    .selectAll('policy')
    .where('attachment.target_kind', '=', kind)
    .where('attachment.target_id', '=', targetId)
    .orderBy('policy.name')
    .execute()
}

/** Names of the users and roles that have a policy. */
export async function listTargets(db: Db, policyId: number): Promise<{ kind: TargetKind; name: string }[]> {
  const users = db
    .selectFrom('attachment')
    .innerJoin('user', 'user.id', 'attachment.target_id')
    .select(['attachment.target_kind as kind', 'user.name as name'])
    .where('attachment.target_kind', '=', 'user')
    .where('attachment.policy_id', '=', policyId)
  const roles = db
    .selectFrom('attachment')
    .innerJoin('role', 'role.id', 'attachment.target_id')
    .select(['attachment.target_kind as kind', 'role.name as name'])
    .where('attachment.target_kind', '=', 'role')
    .where('attachment.policy_id', '=', policyId)
  return await users.unionAll(roles).orderBy('kind').orderBy('name').execute()
}
