/**
 * The policies in force, ready to be evaluated: of users, of roles, and of what narrows a request.
 */
import { findUser } from '../store/access.ts'
import type { Store } from '../store/index.ts'
import { findRole, listPoliciesOf, type RoleRow } from '../store/policies.ts'
import { type Policy, type PolicyKind, parsePolicy } from './policy/parse-policy.ts'
import { shortCache } from './short-cache.ts'

/** Changes made by this server are seen at once, see {@link PolicyBook.forget}. */
const CACHE_MS = 5000
const CACHE_ENTRIES = 1000

export interface RoleInForce {
  readonly id: number
  readonly name: string
  readonly trust: Policy
  readonly maxSessionSeconds: number
  readonly policies: readonly Policy[]
}

export interface PolicyBook {
  /** Empty for an unknown user. */
  ofUser(name: string): Promise<readonly Policy[]>
  ofRole(name: string): Promise<RoleInForce | undefined>
  /** Prepares a document that was valid when it was stored or sealed; prepared ones are remembered. */
  prepare(name: string, document: string, kind?: PolicyKind): Policy
  /** After every change of users, roles and policies. */
  forget(): void
}

export function createPolicyBook({ store, clock }: { store: Store; clock: () => number }): PolicyBook {
  const prepared = new Map<string, Policy>()
  const common = { ttlMs: CACHE_MS, maxEntries: CACHE_ENTRIES, clock }
  const users = shortCache({ ...common, load: loadUser })
  const roles = shortCache({ ...common, load: loadRole })

  async function loadUser(name: string): Promise<readonly Policy[]> {
    const user = await findUser(store.read, name)
    return user ? await attached('user', user.id) : []
  }

  async function loadRole(name: string): Promise<RoleInForce | undefined> {
    const role = await findRole(store.read, name)
    if (!role) return undefined
    const { id, max_session_seconds: maxSessionSeconds } = role
    return { id, name, trust: trustOf(role), maxSessionSeconds, policies: await attached('role', id) }
  }

  async function attached(kind: 'user' | 'role', id: number): Promise<Policy[]> {
    return (await listPoliciesOf(store.read, kind, id)).map((row) => prepare(row.name, row.document))
  }

  function trustOf(role: RoleRow): Policy {
    return prepare(`trust policy of ${role.name}`, role.trust_policy, 'trust')
  }

  function prepare(name: string, document: string, kind: PolicyKind = 'permission'): Policy {
    const key = `${kind} ${name}\n${document}`
    let policy = prepared.get(key)
    if (policy) return policy
    try {
      policy = parsePolicy(name, document, kind)
    } catch (error) {
      // It was checked before it was stored. Leaving it out could leave out a Deny, so nobody it is about gets in.
      throw new Error(`the stored policy "${name}" does not parse`, { cause: error })
    }
    if (prepared.size >= CACHE_ENTRIES) prepared.delete(prepared.keys().next().value as string)
    prepared.set(key, policy)
    return policy
  }

  return {
    ofUser: (name) => users.get(name),
    ofRole: (name) => roles.get(name),
    prepare,
    forget() {
      users.clear()
      roles.clear()
      prepared.clear()
    },
  }
}
