import type { Access } from '../../access/index.ts'
import type { RestRequest } from './route.ts'

/** Whoever could hand any role to an import would have the rights of that role. @throws NoPermission */
export async function authorisePassRole(
  access: Access,
  { body, principal, origin, requestId }: RestRequest<unknown, unknown, { readonly roleArn?: string }>,
): Promise<void> {
  if (!body.roleArn) return
  const { remoteAddress: sourceIp, isTls, userAgent } = origin
  const conditions = { sourceIp, isTls, userAgent, nowMs: Date.now(), requestId }
  await access.authorise(principal, 'ram:PassRole', body.roleArn, conditions)
}
