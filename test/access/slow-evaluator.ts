/**
 * The policy language once more, as plainly as it can be written, for comparing: regular expressions, no preparation.
 */
export interface SlowStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly isNotAction: boolean
  readonly resources: readonly string[]
  readonly isNotResource: boolean
  readonly conditions: readonly { operator: string; key: string; values: readonly string[] }[]
}

interface SlowQuestion {
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string>>
}

export function slowDecision(statements: readonly SlowStatement[], asked: SlowQuestion) {
  const matching = statements.filter(
    ({ actions, isNotAction, resources, isNotResource, conditions }) =>
      actions.some((pattern) => like(pattern.toLowerCase(), asked.action.toLowerCase())) !== isNotAction &&
      resources.some((pattern) => resourceLike(pattern, asked.resource)) !== isNotResource &&
      conditionsHold(conditions, asked.context),
  )
  if (matching.some(({ effect }) => effect === 'Deny')) return 'ExplicitDeny'
  return matching.some(({ effect }) => effect === 'Allow') ? 'Allow' : 'ImplicitDeny'
}

function like(pattern: string, text: string): boolean {
  const source = [...pattern].map((c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : c.replace(/\W/, '\\$&'))).join('')
  return new RegExp(`^${source}$`).test(text)
}

function resourceLike(pattern: string, resource: string): boolean {
  if (pattern === '*' || pattern === 'acs:*') return true
  const [, service = '', , account = '', name = ''] = pattern.split(':')
  const [, ofService = '', , ofAccount = '', ofName = ''] = resource.split(':')
  return like(service, ofService) && (account === '' || like(account, ofAccount)) && like(name, ofName)
}

function conditionsHold(conditions: SlowStatement['conditions'], context: SlowQuestion['context']): boolean {
  return conditions.every(({ operator, key, values }) => {
    const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
    const isNegated = operator.includes('Not')
    if (found === undefined) return isNegated
    if (operator.includes('Equals')) return values.includes(found) !== isNegated
    if (operator.includes('Like')) return values.some((value) => like(value, found)) !== isNegated
    if (operator === 'Bool') return values.includes(found)
    return /^\d+$/.test(found) && values.some((value) => Number(found) < Number(value))
  })
}
