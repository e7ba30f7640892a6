/**
 * Managing users.
 */
import { clip, problem } from '../errors.ts'
import { countAdmins, deleteUser, findUser, insertUser, listUsers, type UserRow, updateUser } from '../store/access.ts'
import type { Db, Store } from '../store/index.ts'
import { listPoliciesOf } from '../store/policies.ts'
import type { Principal } from './access.ts'
import type { AccessAdmin, UserInfo } from './access-admin.ts'
import { userArn } from './arns.ts'
import type { Changes } from './changes.ts'
import { checkName } from './names.ts'

type Users = Pick<AccessAdmin, 'listUsers' | 'createUser' | 'updateUser' | 'deleteUser' | 'checkMayManage'>

export function createUsers(parts: {
  store: Store
  accountId: string
  clock: () => number
  change: Changes
}): Users & { info(row: UserRow): Promise<UserInfo> } {
  const { store, accountId, clock, change } = parts

  async function info(row: UserRow): Promise<UserInfo> {
    const policies = await listPoliciesOf(store.read, 'user', row.id)
    return {
      name: row.name,
      displayName: row.display_name,
      arn: userArn(accountId, row.name),
      isAdmin: row.is_admin === 1,
      policies: policies.map(({ name }) => name),
      createdMs: row.created_at,
    }
  }

  return {
    info,
    listUsers: async () => await Promise.all((await listUsers(store.read)).map(info)),

    async createUser(actor, { name, displayName = '', isAdmin = false }) {
      checkName('user', name)
      if (isAdmin) checkAdministrator(actor.principal, 'only one makes another')
      const line = { action: 'ram:CreateUser', on: `user/${name}`, detail: { displayName, isAdmin } }
      const row = await change(actor, line, async (trx) => {
        if (await findUser(trx, name)) throw problem('UserExists', { name })
        return await insertUser(trx, {
          name,
          display_name: displayName,
          is_admin: Number(isAdmin),
          password_hash: '',
          created_at: clock(),
        })
      })
      return await info(row)
    },

    async updateUser(actor, name, { displayName, isAdmin }) {
      const line = { action: 'ram:UpdateUser', on: `user/${name}`, detail: { displayName, isAdmin } }
      await change(actor, line, async (trx) => {
        const user = await manageableUser(trx, actor.principal, name)
        if (isAdmin) checkAdministrator(actor.principal, 'only one makes another')
        if (isAdmin === false && user.is_admin) await keepOneAdmin(trx, name)
        await updateUser(trx, user.id, {
          display_name: displayName ?? user.display_name,
          is_admin: isAdmin === undefined ? user.is_admin : Number(isAdmin),
        })
      })
      return await info(await existingUser(store.read, name))
    },

    async deleteUser(actor, name) {
      await change(actor, { action: 'ram:DeleteUser', on: `user/${name}` }, async (trx) => {
        const user = await manageableUser(trx, actor.principal, name)
        if (user.is_admin) await keepOneAdmin(trx, name)
        await deleteUser(trx, user.id)
      })
    },

    async checkMayManage(principal, userName) {
      const user = await findUser(store.read, userName)
      if (user) checkManageable(principal, user)
    },
  }
}

/** @throws UserNotFound */
export async function existingUser(db: Db, name: string): Promise<UserRow> {
  const user = await findUser(db, name)
  if (!user) throw problem('UserNotFound', { name: clip(name) })
  return user
}

/** A user that this principal may change. @throws UserNotFound, AdministratorOnly */
export async function manageableUser(db: Db, principal: Principal, name: string): Promise<UserRow> {
  const user = await existingUser(db, name)
  checkManageable(principal, user)
  return user
}

/** Otherwise whoever may make keys could make himself one of an administrator. */
function checkManageable(principal: Principal, user: UserRow): void {
  if (user.is_admin) checkAdministrator(principal, `"${user.name}" is one, and only another may change that user`)
}

function checkAdministrator(principal: Principal, what: string): void {
  if (!principal.isAdmin) throw problem('AdministratorOnly', { what })
}

async function keepOneAdmin(db: Db, name: string): Promise<void> {
  if ((await countAdmins(db)) <= 1) throw problem('LastAdministrator', { name })
}
