/**
 * Which addresses belong to the public internet, and which to this machine, its network or nobody.
 */
import { BlockList, isIPv6 } from 'node:net'

/** IANA's special-purpose registries of IPv4 and IPv6 (RFC 6890 and its updates), multicast included. */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/127',
  // Addresses that carry an IPv4 address: mapped, translated (NAT64), Teredo, 6to4.
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

// One list a family: a rule on mapped addresses (::ffff:0:0/96) would match every IPv4 address, too.
const BLOCKED = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const range of NOT_PUBLIC) {
  const [network = '', prefix = ''] = range.split('/')
  BLOCKED[family(network)].addSubnet(network, Number(prefix), family(network))
}

/** @param address an IPv4 or IPv6 address, without brackets or zone */
export function isPublicAddress(address: string): boolean {
  return !BLOCKED[family(address)].check(address, family(address))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}
