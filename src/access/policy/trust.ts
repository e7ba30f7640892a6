/**
 * Who may take a role: its trust policy is evaluated like a permission policy, with a Principal in a resource's place.
 */
import { evaluate, question } from './evaluate.ts'
import type { Policy, Principals } from './parse-policy.ts'
import type { RequestContext } from './request-context.ts'

export type Taker =
  /** A service of the server itself, `imagesearch.aliyuncs.com`. */
  | { readonly service: string }
  /** A user or role of an account, `acs:ram::<account>:user/<name>`. */
  | { readonly arn: string }

export function trusts(trustPolicy: Policy, taker: Taker, context: RequestContext): boolean {
  const statements = trustPolicy.statements.filter(({ principals }) => names(principals, taker))
  return evaluate([{ ...trustPolicy, statements }], question('sts:AssumeRole', '', context)).kind === 'Allow'
}

function names(principals: Principals, taker: Taker): boolean {
  if ('service' in taker) return principals.services.includes(taker.service)
  const [account = ''] = taker.arn.split(':').slice(3)
  return principals.ram.some((name) => {
    if (name === '*' || name === taker.arn) return true
    return name === `acs:ram::${account}:root` || name === 'acs:ram::*:root'
  })
}
