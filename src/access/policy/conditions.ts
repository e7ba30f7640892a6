/**
 * Conditions of a statement: `{ operator: { key: value or [values] } }`. All operators and all keys must hold; of the
 * values of one key, one is enough (for the operators with Not: none may hold).
 */
import { BlockList, isIP, type SocketAddress } from 'node:net'
import { compileGlob } from './glob.ts'
import { parseTime, type RequestContext } from './request-context.ts'

export type Condition = (context: RequestContext) => boolean

/** Prepares the test of one value; a text when the value is none of this kind. */
type Prepare<V> = (value: string) => ((found: V) => boolean) | string

interface Operator {
  /** The condition for one lower-case key; a text when one of the values is none of this kind. */
  readonly prepare: (key: string, values: readonly string[]) => Condition | string
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/

/**
 * A condition on a key that the request lacks does not hold, but with Not it does: a Deny for everybody who is not in
 * a network must not spare those whose address is unknown.
 */
function operator<V>(
  read: (context: RequestContext, key: string) => V | undefined,
  prepareValue: Prepare<V>,
  isNegated = false,
): Operator {
  return {
    prepare(key, values) {
      const tests: ((found: V) => boolean)[] = []
      for (const value of values) {
        const test = prepareValue(value)
        if (typeof test === 'string') return test
        tests.push(test)
      }
      return (context) => {
        const found = read(context, key)
        if (found === undefined) return isNegated
        return tests.some((test) => test(found)) !== isNegated
      }
    },
  }
}

const text = (context: RequestContext, key: string): string | undefined => context.text(key)
const time = (context: RequestContext, key: string): number | undefined => context.time(key)
const address = (context: RequestContext, key: string): SocketAddress | undefined => context.address(key)

function number(context: RequestContext, key: string): number | undefined {
  const found = context.text(key)
  return found !== undefined && NUMBER.test(found) ? Number(found) : undefined
}

const equals: Prepare<string> = (value) => (found) => found === value
const like: Prepare<string> = (value) => compileGlob(value)

const equalsIgnoreCase: Prepare<string> = (value) => {
  const lower = value.toLowerCase()
  return (found) => found.toLowerCase() === lower
}

const isTruth: Prepare<string> = (value) => {
  const lower = value.toLowerCase()
  if (lower !== 'true' && lower !== 'false') return 'expected true or false'
  return (found) => found.toLowerCase() === lower
}

function compareNumbers(holds: (found: number, value: number) => boolean): Prepare<number> {
  return (value) => (NUMBER.test(value) ? (found) => holds(found, Number(value)) : 'expected a number')
}

function compareTimes(holds: (found: number, value: number) => boolean): Prepare<number> {
  return (value) => {
    const ms = parseTime(value)
    return ms === undefined ? 'expected a time such as 2026-12-31T23:59:59Z' : (found) => holds(found, ms)
  }
}

const inNetwork: Prepare<SocketAddress> = (value) => {
  const [network = '', bits, ...rest] = value.split('/')
  const family = isIP(network)
  const size = family === 4 ? 32 : 128
  const prefix = bits === undefined ? size : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (family === 0 || rest.length > 0 || !(prefix <= size)) {
    return 'expected an address or network such as 10.0.0.0/8 or fd00::/8'
  }
  const list = new BlockList()
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return (found) => list.check(found)
}

const is = (found: number, value: number): boolean => found === value
const isLess = (found: number, value: number): boolean => found < value
const isAtMost = (found: number, value: number): boolean => found <= value
const isMore = (found: number, value: number): boolean => found > value
const isAtLeast = (found: number, value: number): boolean => found >= value

/** By lower-case name. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: operator(text, equals),
    StringNotEquals: operator(text, equals, true),
    StringEqualsIgnoreCase: operator(text, equalsIgnoreCase),
    StringNotEqualsIgnoreCase: operator(text, equalsIgnoreCase, true),
    StringLike: operator(text, like),
    StringNotLike: operator(text, like, true),
    NumericEquals: operator(number, compareNumbers(is)),
    NumericNotEquals: operator(number, compareNumbers(is), true),
    NumericLessThan: operator(number, compareNumbers(isLess)),
    NumericLessThanEquals: operator(number, compareNumbers(isAtMost)),
    NumericGreaterThan: operator(number, compareNumbers(isMore)),
    NumericGreaterThanEquals: operator(number, compareNumbers(isAtLeast)),
    DateEquals: operator(time, compareTimes(is)),
    DateNotEquals: operator(time, compareTimes(is), true),
    DateLessThan: operator(time, compareTimes(isLess)),
    DateLessThanEquals: operator(time, compareTimes(isAtMost)),
    DateGreaterThan: operator(time, compareTimes(isMore)),
    DateGreaterThanEquals: operator(time, compareTimes(isAtLeast)),
    Bool: operator(text, isTruth),
    IpAddress: operator(address, inNetwork),
    NotIpAddress: operator(address, inNetwork, true),
  }).map(([name, value]) => [name.toLowerCase(), value]),
)

/** Undefined when there is no such operator; names are compared without case. */
export function findOperator(name: string): Operator | undefined {
  return OPERATORS.get(name.toLowerCase())
}
