/**
 * Resource names `acs:<service>:<region>:<account>:<resource>`, and patterns of them.
 *
 * Each part of a name is matched by its own part of the pattern. Matching the whole text would let the `*` of
 * `acs:oss:*:*:shop/*` reach over colons, so that an object `x:y:shop/z` of another bucket would pass as one of `shop`.
 */
import { compileGlob, type Glob } from './glob.ts'

export interface ResourceName {
  readonly text: string
  readonly service: string
  readonly account: string
  readonly resource: string
}

/** Takes a name apart; the region is dropped, since a server of one's own is in none. */
export function resourceName(text: string): ResourceName {
  const [, service = '', , account = '', ...rest] = text.split(':')
  return { text, service, account, resource: rest.join(':') }
}

/**
 * Prepares a pattern; returns a text saying what is wrong when it is none.
 *
 * A pattern that ends early with `*` means everything below (`acs:oss:*`, `*`). An empty account is any account.
 */
export function compileResource(pattern: string): ((name: ResourceName) => boolean) | string {
  if (pattern === '*') return () => true
  const parts = pattern.split(':')
  if (parts[0] !== 'acs') return 'expected "*" or a name that starts with "acs:"'
  if (parts.length < 5 && parts.at(-1) !== '*') {
    return 'expected acs:<service>:<region>:<account>:<resource>, for example "acs:oss:*:*:bucket/folder/*"'
  }
  const service = compileGlob(parts[1] ?? '*')
  const account = anyIfEmpty(parts[3] ?? '*')
  const resource = compileGlob(parts.length < 5 ? '*' : parts.slice(4).join(':'))
  return (name) => service(name.service) && resource(name.resource) && account(name.account)
}

function anyIfEmpty(pattern: string): Glob {
  return compileGlob(pattern === '' ? '*' : pattern)
}
