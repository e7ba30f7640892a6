/**
 * Reads policies: JSON in the cloud's language, checked and prepared once. Whatever is not understood is an error that
 * says where: a field that were silently ignored could make a policy allow more than its author meant.
 */
import { clip, problem } from '../../errors.ts'
import { type Condition, findOperator } from './conditions.ts'
import { compileGlob } from './glob.ts'
import { compileResource, type ResourceName } from './resource-name.ts'

/** Longest document: more than thousand statements. The cloud allows 6,144. */
export const MAX_POLICY_CHARS = 200_000

export interface Statement {
  /** Place in its policy, counted from 0. */
  readonly index: number
  readonly effect: 'Allow' | 'Deny'
  /** @param action in lower case */
  readonly matchesAction: (action: string) => boolean
  readonly matchesResource: (resource: ResourceName) => boolean
  /** All must hold. */
  readonly conditions: readonly Condition[]
  /** Trust policies only. */
  readonly principals: Principals
}

/** Who may take a role. */
export interface Principals {
  /** `imagesearch.aliyuncs.com` */
  readonly services: readonly string[]
  /** `acs:ram::<account>:root`, `:user/<name>`, `:role/<name>`, or `*`. */
  readonly ram: readonly string[]
}

export interface Policy {
  readonly name: string
  readonly statements: readonly Statement[]
}

/** `permission`: what may be done; `trust`: who may take a role (a Principal instead of a Resource). */
export type PolicyKind = 'permission' | 'trust'

/**
 * @param name how decisions call it
 * @throws PolicyInvalid with the path of what is wrong, `Statement[2].Action[0]`
 */
export function parsePolicy(name: string, document: string, kind: PolicyKind = 'permission'): Policy {
  if (document.length > MAX_POLICY_CHARS) {
    throw invalid('the document', `expected at most ${MAX_POLICY_CHARS} characters, got ${document.length}`)
  }
  const root = fields(parseJson(document), 'the document', ['Version', 'Statement'])
  if (root.Version !== '1') throw invalid('Version', `expected "1", got ${clip(root.Version)}`)
  const list = Array.isArray(root.Statement) ? root.Statement : [root.Statement]
  if (list.length === 0) throw invalid('Statement', 'expected at least one statement')
  return { name, statements: list.map((statement, i) => parseStatement(statement, i, kind)) }
}

function parseJson(document: string): unknown {
  try {
    return JSON.parse(document)
  } catch (error) {
    throw invalid('the document', `expected JSON: ${clip((error as Error).message, 200)}`)
  }
}

function parseStatement(value: unknown, index: number, kind: PolicyKind): Statement {
  const path = `Statement[${index}]`
  const target = kind === 'trust' ? ['Principal'] : ['Resource', 'NotResource']
  const statement = fields(value, path, ['Sid', 'Effect', 'Action', 'NotAction', ...target, 'Condition'])
  const { Effect: effect } = statement
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw invalid(`${path}.Effect`, `expected "Allow" or "Deny", got ${clip(effect)}`)
  }
  return {
    index,
    effect,
    matchesAction: oneOf(statement, 'Action', path, compileAction),
    matchesResource: kind === 'trust' ? () => true : oneOf(statement, 'Resource', path, compileResource),
    conditions: parseConditions(statement.Condition, `${path}.Condition`),
    principals: kind === 'trust' ? parsePrincipals(statement.Principal, `${path}.Principal`) : NOBODY,
  }
}

/** The matcher of `Name` or `NotName`, of which there must be exactly one. */
function oneOf<V>(
  statement: Record<string, unknown>,
  name: 'Action' | 'Resource',
  path: string,
  compile: (pattern: string) => ((value: V) => boolean) | string,
): (value: V) => boolean {
  const isNegated = `Not${name}` in statement
  if (isNegated === name in statement) throw invalid(path, `expected either ${name} or Not${name}`)
  const at = `${path}.${isNegated ? `Not${name}` : name}`
  const matchers = texts(statement[isNegated ? `Not${name}` : name], at).map((pattern, i) => {
    const matcher = compile(pattern)
    if (typeof matcher === 'string') throw invalid(`${at}[${i}]`, `${matcher}, got ${clip(pattern)}`)
    return matcher
  })
  const [only] = matchers
  if (only && matchers.length === 1 && !isNegated) return only
  return (value) => matchers.some((matcher) => matcher(value)) !== isNegated
}

/** Actions have no case. */
function compileAction(pattern: string): ((action: string) => boolean) | string {
  if (pattern !== '*' && !/^[a-z0-9*?-]+:[a-z0-9*?_-]+$/i.test(pattern)) {
    return 'expected "*" or <service>:<action>, for example "imagesearch:Search*"'
  }
  return compileGlob(pattern.toLowerCase())
}

function parseConditions(value: unknown, path: string): Condition[] {
  if (value === undefined) return []
  const conditions: Condition[] = []
  for (const [name, keys] of Object.entries(fields(value, path))) {
    const operator = findOperator(name)
    if (!operator) throw invalid(`${path}.${clip(name)}`, 'there is no such operator')
    for (const [key, values] of Object.entries(fields(keys, `${path}.${name}`))) {
      const at = `${path}.${name}.${clip(key)}`
      if (!/^[a-z]+:.+$/i.test(key)) throw invalid(at, 'expected a key such as acs:SourceIp')
      const condition = operator.prepare(key.toLowerCase(), texts(values, at))
      if (typeof condition === 'string') throw invalid(at, `${condition}, got ${clip(values)}`)
      conditions.push(condition)
    }
  }
  return conditions
}

const NOBODY: Principals = { services: [], ram: [] }

function parsePrincipals(value: unknown, path: string): Principals {
  if (value === '*') return { services: [], ram: ['*'] }
  const principal = fields(value, path, ['Service', 'RAM'])
  const services = principal.Service === undefined ? [] : texts(principal.Service, `${path}.Service`)
  const ram = principal.RAM === undefined ? [] : texts(principal.RAM, `${path}.RAM`)
  for (const [i, name] of ram.entries()) {
    if (name !== '*' && !/^acs:ram::(\d+|\*):(root|(user|role)\/.+)$/.test(name)) {
      throw invalid(
        `${path}.RAM[${i}]`,
        `expected "acs:ram::<account>:root", ":user/<name>" or ":role/<name>", got ${clip(name)}`,
      )
    }
  }
  if (services.length + ram.length === 0) throw invalid(path, 'expected Service or RAM')
  return { services: services.map((service) => service.toLowerCase()), ram }
}

/** An object that has no other fields than these; all are optional here. */
function fields(value: unknown, path: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(path, `expected an object, got ${clip(value)}`)
  }
  for (const name of Object.keys(value)) {
    if (known && !known.includes(name)) throw invalid(path, `expected only ${known.join(', ')}, got ${clip(name)}`)
  }
  return value as Record<string, unknown>
}

/** One text or a list of them; numbers and booleans count as their texts. */
function texts(value: unknown, path: string): string[] {
  const list = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw invalid(path, 'expected at least one value')
  return list.map((item, i) => {
    if (typeof item === 'number' || typeof item === 'boolean') return String(item)
    if (typeof item !== 'string' || item === '') throw invalid(`${path}[${i}]`, `expected a text, got ${clip(item)}`)
    return item
  })
}

function invalid(path: string, reason: string) {
  return problem('PolicyInvalid', { path, reason })
}
