/**
 * Connections to hosts that callers name, without becoming a way into the network of this machine: the one guard of
 * pictures by address, buckets by HTTP and callbacks.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

export interface Address {
  readonly address: string
  readonly family: number
}

export interface AddressGuardOptions {
  /** Which IP addresses may be connected to; default: those of the public internet. */
  readonly isAllowed?: (address: string) => boolean
  /** Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>
}

/** A host has an address that must not be connected to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly host: string

  constructor(host: string) {
    super(`"${host}" does not belong to the public internet`)
    this.host = host
  }
}

/**
 * Looks a host up and checks all its addresses. The result is the `lookup` of the request that follows, and names the
 * checked addresses and no others: DNS cannot change between check and connection.
 *
 * @param host as `URL.hostname` has it
 * @throws AddressRefused, what the resolver throws, the reason of the signal
 */
export type AddressGuard = (host: string, signal: AbortSignal) => Promise<LookupFunction>

export function createAddressGuard(options: AddressGuardOptions = {}): AddressGuard {
  const { isAllowed = isPublicAddress } = options
  const resolve = options.resolve ?? ((host: string) => systemLookup(host, { all: true }))

  return async (hostname, signal) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const addresses = family ? [{ address: host, family }] : await Promise.race([resolve(host), rejection(signal)])
    if (!addresses.every(({ address }) => isAllowed(address))) throw new AddressRefused(host)
    return fixedLookup(addresses)
  }
}

/** A look-up cannot be aborted, only left alone. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function fixedLookup(addresses: readonly Address[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (!first) done(new Error('no address'), '')
    else if (options.all)
      done(
        null,
        addresses.map(({ address, family }) => ({ address, family })),
      )
    else done(null, first.address, first.family)
  }
}
