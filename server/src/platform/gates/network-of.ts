import { isIPv6 } from 'node:net'

const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))

/**
 * Whom to count for an address: an IPv4 address itself, also where it is written as IPv6 (RFC 4291, 2.5.5.2), and the /64
 * network of an IPv6 address, of which one caller has all (RFC 6177).
 */
export const networkOf = (ipAddress: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ipAddress)?.[1]
  if (mapped !== undefined) return mapped
  const [address = ''] = ipAddress.split('%')
  if (!isIPv6(address)) return ipAddress
  const [before = '', after] = address.split('::')
  const [first, last] = [groups(before), groups(after ?? '')]
  const zeros = after === undefined ? 0 : 8 - first.length - last.length
  const all = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...last]
  return `${all
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
