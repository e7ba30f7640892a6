/**
 * Answers what would be allowed, and by which statement.
 */
import type { Store } from '../store/index.ts'
import type { AccessAdmin } from './access-admin.ts'
import { roleArn, userArn } from './arns.ts'
import { evaluate, explain, question } from './policy/evaluate.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { requestContext } from './policy/request-context.ts'
import type { PolicyBook } from './policy-book.ts'
import { existingRole } from './roles.ts'
import { existingUser } from './users.ts'

export function createSimulate(parts: {
  store: Store
  book: PolicyBook
  accountId: string
  clock: () => number
}): AccessAdmin['simulate'] {
  const { store, book, accountId, clock } = parts
  return async ({ target, action, resource, conditions = {}, documents = [] }) => {
    const { kind, name } = target
    const isAdmin = kind === 'user' && (await existingUser(store.read, name)).is_admin === 1
    if (kind === 'role') await existingRole(store.read, name)
    const attached = kind === 'user' ? await book.ofUser(name) : ((await book.ofRole(name))?.policies ?? [])
    const tried = documents.map((document, i) => parsePolicy(`documents[${i}]`, document))
    const policies = [...attached, ...tried]

    const full = resource.startsWith('instance/') ? `acs:imagesearch:*:${accountId}:${resource}` : resource
    const context = requestContext({
      'acs:CurrentTime': new Date(clock()).toISOString(),
      'acs:PrincipalARN': kind === 'user' ? userArn(accountId, name) : roleArn(accountId, name),
      ...conditions,
    })
    const asked = question(action, full, context)
    const decision = isAdmin ? { kind: 'Allow' as const } : evaluate(policies, asked)
    return {
      isAllowed: decision.kind === 'Allow',
      ...decision,
      resource: full,
      isAdmin,
      considered: explain(policies, asked),
    }
  }
}
