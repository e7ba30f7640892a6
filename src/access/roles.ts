/**
 * Managing roles.
 */
import { clip, problem } from '../errors.ts'
import type { Db, Store } from '../store/index.ts'
import {
  deleteRole,
  findRole,
  insertRole,
  listPoliciesOf,
  listRoles,
  type RoleRow,
  updateRole,
} from '../store/policies.ts'
import type { AccessAdmin, RoleInfo } from './access-admin.ts'
import { roleArn } from './arns.ts'
import type { Changes } from './changes.ts'
import { checkName } from './names.ts'
import { IMPORT_SERVICE } from './object-reader.ts'
import { parsePolicy } from './policy/parse-policy.ts'

/** What the cloud lets a role be set to; the least is its default. */
const MIN_SESSION_SECONDS = 3600
const MAX_SESSION_SECONDS = 43_200

type Roles = Pick<AccessAdmin, 'listRoles' | 'role' | 'createRole' | 'updateRole' | 'deleteRole'>

export function createRoles(parts: { store: Store; accountId: string; clock: () => number; change: Changes }): Roles {
  const { store, accountId, clock, change } = parts

  async function info(row: RoleRow): Promise<RoleInfo> {
    const policies = await listPoliciesOf(store.read, 'role', row.id)
    return {
      name: row.name,
      arn: roleArn(accountId, row.name),
      description: row.description,
      trustPolicy: row.trust_policy,
      maxSessionSeconds: row.max_session_seconds,
      policies: policies.map(({ name }) => name),
      createdMs: row.created_at,
    }
  }

  const role = async (name: string): Promise<RoleInfo> => await info(await existingRole(store.read, name))

  return {
    role,
    listRoles: async () => await Promise.all((await listRoles(store.read)).map(info)),

    async createRole(actor, { name, ...options }) {
      const { description = '', trustPolicy = IMPORT_TRUST, maxSessionSeconds = MIN_SESSION_SECONDS } = options
      checkName('role', name)
      checkTrust(trustPolicy)
      checkSession(maxSessionSeconds)
      const detail = { description, trustPolicy, maxSessionSeconds }
      const line = { action: 'ram:CreateRole', on: `role/${name}`, detail }
      const row = await change(actor, line, async (trx) => {
        if (await findRole(trx, name)) throw problem('RoleExists', { name })
        return await insertRole(trx, {
          name,
          description,
          trust_policy: trustPolicy,
          max_session_seconds: maxSessionSeconds,
          created_at: clock(),
        })
      })
      return await info(row)
    },

    async updateRole(actor, name, options) {
      const { description, trustPolicy, maxSessionSeconds } = options
      if (trustPolicy !== undefined) checkTrust(trustPolicy)
      if (maxSessionSeconds !== undefined) checkSession(maxSessionSeconds)
      const line = { action: 'ram:UpdateRole', on: `role/${name}`, detail: { ...options } }
      await change(actor, line, async (trx) => {
        const row = await existingRole(trx, name)
        await updateRole(trx, row.id, {
          description: description ?? row.description,
          trust_policy: trustPolicy ?? row.trust_policy,
          max_session_seconds: maxSessionSeconds ?? row.max_session_seconds,
        })
      })
      return await role(name)
    },

    async deleteRole(actor, name) {
      await change(actor, { action: 'ram:DeleteRole', on: `role/${name}` }, async (trx) => {
        await deleteRole(trx, (await existingRole(trx, name)).id)
      })
    },
  }
}

/** @throws RoleNotFound */
export async function existingRole(db: Db, name: string): Promise<RoleRow> {
  const role = await findRole(db, name)
  if (!role) throw problem('RoleNotFound', { role: clip(name) })
  return role
}

function checkTrust(trustPolicy: string): void {
  parsePolicy('trust policy', trustPolicy, 'trust')
}

function checkSession(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= MIN_SESSION_SECONDS && seconds <= MAX_SESSION_SECONDS) return
  throw problem('ParameterInvalid', {
    name: 'maxSessionSeconds',
    expected: `whole seconds from ${MIN_SESSION_SECONDS} to ${MAX_SESSION_SECONDS}`,
    found: String(seconds),
  })
}

const IMPORT_TRUST = JSON.stringify(
  {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: [IMPORT_SERVICE] } }],
  },
  null,
  2,
)
