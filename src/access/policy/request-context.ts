/**
 * What conditions can ask about one request. Values are read once, however many statements ask.
 */
import { isIP, SocketAddress } from 'node:net'

export interface RequestContext {
  /** Values by lower-case key; undefined = the request does not have the key. */
  text(key: string): string | undefined
  /** Milliseconds since 1970; undefined also for what is no time. */
  time(key: string): number | undefined
  /** Undefined also for what is no IP address. */
  address(key: string): SocketAddress | undefined
}

/** @param values by key as policies write it, `acs:SourceIp`; empty texts count as absent */
export function requestContext(values: Readonly<Record<string, string>>): RequestContext {
  const texts = new Map<string, string>()
  for (const [key, value] of Object.entries(values)) if (value !== '') texts.set(key.toLowerCase(), value)
  const times = new Map<string, number | undefined>()
  const addresses = new Map<string, SocketAddress | undefined>()

  return {
    text: (key) => texts.get(key),
    time: (key) => once(times, key, () => parseTime(texts.get(key) ?? '')),
    address: (key) => once(addresses, key, () => parseAddress(texts.get(key) ?? '')),
  }
}

/** ISO 8601 with time zone, or a date alone (midnight UTC); undefined when it is neither. */
export function parseTime(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/.test(value)) return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? undefined : ms
}

function parseAddress(value: string): SocketAddress | undefined {
  const bare = value.startsWith('::ffff:') && isIP(value.slice(7)) === 4 ? value.slice(7) : value.replace(/%.*$/, '')
  const family = isIP(bare)
  return family === 0 ? undefined : new SocketAddress({ address: bare, family: family === 4 ? 'ipv4' : 'ipv6' })
}

function once<V>(known: Map<string, V>, key: string, read: () => V): V {
  if (known.has(key)) return known.get(key) as V
  const value = read()
  known.set(key, value)
  return value
}
