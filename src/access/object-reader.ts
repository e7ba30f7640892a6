/**
 * What an import with a role may read. The role must trust the service; its policies are asked for every object.
 */
import { clip, problem } from '../errors.ts'
import { roleNameOf } from './arns.ts'
import { evaluate, question } from './policy/evaluate.ts'
import { requestContext } from './policy/request-context.ts'
import { trusts } from './policy/trust.ts'
import type { PolicyBook } from './policy-book.ts'

/** Who takes the roles of imports: the trusted service that the cloud calls "Image Search". */
export const IMPORT_SERVICE = 'imagesearch.aliyuncs.com'

export type ObjectReader = (bucket: string, key: string) => { allowed: boolean; missing: string }

/** @throws RoleNotFound, RoleNotTrusted */
export async function objectReader(
  parts: { accountId: string; book: PolicyBook; clock: () => number },
  roleArn: string,
): Promise<ObjectReader> {
  const { accountId, book, clock } = parts
  if (roleArn === '') return () => ({ allowed: true, missing: '' })
  const role = await book.ofRole(roleNameOf(roleArn, accountId))
  if (!role) throw problem('RoleNotFound', { role: clip(roleArn) })

  // No source address: the server itself reads, so a policy that asks for one does not apply.
  const context = () => requestContext({ 'acs:CurrentTime': new Date(clock()).toISOString() })
  if (!trusts(role.trust, { service: IMPORT_SERVICE }, context())) {
    throw problem('RoleNotTrusted', { role: role.name, who: `the service ${IMPORT_SERVICE}` })
  }
  return (bucket, key) => {
    const asked = question('oss:GetObject', `acs:oss:*:${accountId}:${bucket}/${key}`, context())
    if (evaluate(role.policies, asked).kind === 'Allow') return { allowed: true, missing: '' }
    return { allowed: false, missing: `oss:GetObject on acs:oss:*:*:${bucket}/${key}` }
  }
}
