/**
 * Managing policies, and attaching them to users and roles.
 */
import { clip, problem } from '../errors.ts'
import type { Db, Store, Trx } from '../store/index.ts'
import {
  attachPolicy,
  deletePolicy,
  detachPolicy,
  findPolicy,
  insertPolicy,
  listPolicies,
  listTargets,
  type PolicyRow,
  updatePolicy,
} from '../store/policies.ts'
import type { AccessAdmin, Actor, PolicyInfo, Target } from './access-admin.ts'
import type { Changes } from './changes.ts'
import { checkName } from './names.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { existingRole } from './roles.ts'
import { systemPolicyName } from './system-policies.ts'
import { manageableUser } from './users.ts'

type Policies = Pick<
  AccessAdmin,
  'listPolicies' | 'policy' | 'createPolicy' | 'updatePolicy' | 'deletePolicy' | 'attach' | 'detach'
>

export function createPolicies({
  store,
  clock,
  change,
}: {
  store: Store
  clock: () => number
  change: Changes
}): Policies {
  /** Makes or undoes an attachment; what of both is unknown is an error. */
  async function changeAttachment(
    actor: Actor,
    parts: { verb: 'Attach' | 'Detach'; policy: string; target: Target },
    write: (trx: Trx, policy: PolicyRow, targetId: number) => Promise<void>,
  ): Promise<void> {
    const { verb, policy, target } = parts
    const { kind, name } = target
    const action = `ram:${verb}Policy${verb === 'Attach' ? 'To' : 'From'}${kind === 'user' ? 'User' : 'Role'}`
    await change(actor, { action, on: `${kind}/${name}`, detail: { policy } }, async (trx) => {
      const row = await existingPolicy(trx, policy)
      await write(trx, row, await targetId(trx, actor, target))
    })
  }

  return {
    listPolicies: async () => (await listPolicies(store.read)).map(info),

    async policy(name) {
      const row = await existingPolicy(store.read, name)
      return { ...info(row), attachedTo: await listTargets(store.read, row.id) }
    },

    async createPolicy(actor, { name, description = '', document }) {
      checkName('policy', name)
      parsePolicy(name, document)
      const line = { action: 'ram:CreatePolicy', on: `policy/${name}`, detail: { description, document } }
      const row = await change(actor, line, async (trx) => {
        if (systemPolicyName(name) || (await findPolicy(trx, name))) throw problem('PolicyExists', { name })
        return await insertPolicy(trx, { name, description, document, is_system: 0, created_at: clock() })
      })
      return info(row)
    },

    async updatePolicy(actor, name, { description, document }) {
      if (document !== undefined) parsePolicy(name, document)
      const line = { action: 'ram:UpdatePolicy', on: `policy/${name}`, detail: { description, document } }
      await change(actor, line, async (trx) => {
        const row = await ownPolicy(trx, name)
        await updatePolicy(trx, row.id, {
          description: description ?? row.description,
          document: document ?? row.document,
        })
      })
      return info(await existingPolicy(store.read, name))
    },

    async deletePolicy(actor, name) {
      await change(actor, { action: 'ram:DeletePolicy', on: `policy/${name}` }, async (trx) => {
        const row = await ownPolicy(trx, name)
        const [user] = await listTargets(trx, row.id)
        if (user) throw problem('PolicyInUse', { name, by: `the ${user.kind} "${user.name}"` })
        await deletePolicy(trx, row.id)
      })
    },

    async attach(actor, policy, target) {
      await changeAttachment(actor, { verb: 'Attach', policy, target }, (trx, { id }, to) =>
        attachPolicy(trx, id, target.kind, to),
      )
    },

    async detach(actor, policy, target) {
      await changeAttachment(actor, { verb: 'Detach', policy, target }, async (trx, { id, name }, from) => {
        const isDetached = await detachPolicy(trx, id, target.kind, from)
        if (!isDetached) throw problem('PolicyNotAttached', { name, to: `the ${target.kind} "${target.name}"` })
      })
    },
  }
}

async function existingPolicy(db: Db, name: string): Promise<PolicyRow> {
  const row = await findPolicy(db, systemPolicyName(name) ?? name)
  if (!row) throw problem('PolicyNotFound', { name: clip(name) })
  return row
}

async function ownPolicy(db: Db, name: string): Promise<PolicyRow> {
  const row = await existingPolicy(db, name)
  if (row.is_system) throw problem('PolicyReadOnly', { name: row.name })
  return row
}

async function targetId(db: Db, actor: Actor, { kind, name }: Target): Promise<number> {
  if (kind === 'role') return (await existingRole(db, name)).id
  return (await manageableUser(db, actor.principal, name)).id
}

function info(row: PolicyRow): PolicyInfo {
  return {
    name: row.name,
    description: row.description,
    document: row.document,
    isSystem: row.is_system === 1,
    createdMs: row.created_at,
  }
}
