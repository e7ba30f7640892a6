/**
 * Names of users and roles in the cloud's form.
 */
import { clip, problem } from '../errors.ts'

export function userArn(accountId: string, name: string): string {
  return `acs:ram::${accountId}:user/${name}`
}

export function roleArn(accountId: string, name: string): string {
  return `acs:ram::${accountId}:role/${name}`
}

/** Name of a role of this account. @throws RoleNotFound for other accounts and for what is no ARN */
export function roleNameOf(arn: string, accountId: string): string {
  const prefix = roleArn(accountId, '')
  if (!arn.startsWith(prefix) || arn.length === prefix.length) throw problem('RoleNotFound', { role: clip(arn) })
  return arn.slice(prefix.length)
}
