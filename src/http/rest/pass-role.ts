import type { Access } from '../../access/index.ts'
import type { RestRequest } from './route.ts'

/** Whoever could hand any role to an import would have the rights of that role. @throws NoPermission */
export async function authorisePassRole(
  access: Access,
  { body, principal, origin, requestId }: RestRequest<unknown, unknown, { readonly roleArn?: string }>,
): Promise<void> {
  if (body.roleArn) await authoriseRole(access, { principal, origin, requestId }, body.roleArn)
}

/** The same for the role that an instance's imports have by default; '' = none, which is the right to all of them. */
export async function authoriseRole(
  access: Access,
  { principal, origin, requestId }: Pick<RestRequest<unknown, unknown, unknown>, 'principal' | 'origin' | 'requestId'>,
  arn: string,
): Promise<void> {
  const { remoteAddress: sourceIp, isTls, userAgent } = origin
  const conditions = { sourceIp, isTls, userAgent, nowMs: Date.now(), requestId }
  await access.authorise(principal, 'ram:PassRole', arn || '*', conditions)
}
