/**
 * Decides: a Deny that matches wins, else an Allow that matches, else no.
 */
import type { Policy, Statement } from './parse-policy.ts'
import type { RequestContext } from './request-context.ts'
import { type ResourceName, resourceName } from './resource-name.ts'

/** May this action be done on this resource, in this request? */
export interface Question {
  /** In lower case. */
  readonly action: string
  readonly resource: ResourceName
  readonly context: RequestContext
}

export interface Decision {
  readonly kind: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny'
  /** The statement that decided, counted from 0; absent when none matched. */
  readonly by?: { readonly policy: string; readonly statement: number }
}

export function question(action: string, resource: string, context: RequestContext): Question {
  return { action: action.toLowerCase(), resource: resourceName(resource), context }
}

export function evaluate(policies: readonly Policy[], asked: Question): Decision {
  let allowed: Decision | undefined
  for (const policy of policies) {
    for (const statement of statementsAbout(policy, asked.action)) {
      if (allowed && statement.effect === 'Allow') continue
      if (!statement.matchesResource(asked.resource) || !conditionsHold(statement, asked)) continue
      const by = { policy: policy.name, statement: statement.index }
      if (statement.effect === 'Deny') return { kind: 'ExplicitDeny', by }
      allowed = { kind: 'Allow', by }
    }
  }
  return allowed ?? { kind: 'ImplicitDeny' }
}

function conditionsHold({ conditions }: Statement, { context }: Question): boolean {
  return conditions.every((condition) => condition(context))
}

/** Some dozens of actions exist; the bound is for callers who make names up. */
const MAX_ACTIONS = 256
const byAction = new WeakMap<Policy, Map<string, readonly Statement[]>>()

/** The statements that match an action; remembered, since the same actions are asked for again and again. */
function statementsAbout(policy: Policy, action: string): readonly Statement[] {
  let known = byAction.get(policy)
  if (!known || known.size >= MAX_ACTIONS) {
    known = new Map()
    byAction.set(policy, known)
  }
  let statements = known.get(action)
  if (!statements) {
    statements = policy.statements.filter(({ matchesAction }) => matchesAction(action))
    known.set(action, statements)
  }
  return statements
}

/** What one statement made of a question; for people who ask why. */
export interface StatementFinding {
  readonly policy: string
  readonly statement: number
  readonly effect: 'Allow' | 'Deny'
  readonly resource: boolean
  readonly conditions: boolean
}

/** The statements about this action, and which of their parts match. */
export function explain(policies: readonly Policy[], asked: Question): StatementFinding[] {
  return policies.flatMap((policy) =>
    statementsAbout(policy, asked.action).map((statement) => ({
      policy: policy.name,
      statement: statement.index,
      effect: statement.effect,
      resource: statement.matchesResource(asked.resource),
      conditions: conditionsHold(statement, asked),
    })),
  )
}
