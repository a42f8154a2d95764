import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

const listOf = (ranges: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList()
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return list
}

/** Link-local ranges and the places where clouds hand out credentials; also as NAT64 writes them. RFC 3927, RFC 4291. */
const forbidden = listOf([
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['64:ff9b::a9fe:0', 112],
])

/** This machine and networks that the internet does not carry. RFC 1122, RFC 1918, RFC 6598, RFC 4193. */
const own = listOf([
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['::', 127],
  ['fc00::', 7],
])

/** Ends of names that the public name service never answers for. RFC 6762, RFC 8375 and ICANN's reservation. */
const ownNames = /^[^.]+$|\.(localhost|local|internal|lan|home\.arpa)$/

const isIn = (list: BlockList, address: string): boolean => {
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Whether nothing may be asked at an IP address: a request there could read the machine's own credentials. */
export const isForbiddenAddress = (address: string): boolean => isIn(forbidden, address)

/** An address's host without the brackets of IPv6 and a final dot. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

/**
 * Who sees the requests that go to a base address: the host's name, or null on this machine or in a private network.
 * Names are judged as they are written; where they lead is judged at each connection.
 */
export const outsiderAt = (upstream: string): string | null => outsiderAtHost(hostOf(new URL(upstream)))

/** Whether an address is one of this machine's interfaces now, also one that the internet carries. */
const isThisMachine = (address: string): boolean =>
  Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === address))

/** The same of a host's name or address alone; in lower case, without a final dot. */
export const outsiderAtHost = (given: string): string | null => {
  const host = given.toLowerCase().replace(/\.$/, '')
  // An address of the link may come with its interface: fe80::1%eth0.
  const address = host.replace(/%.*$/, '')
  const isOwn = isIP(address) === 0 ? ownNames.test(host) : isIn(own, address) || isThisMachine(address)
  return isOwn ? null : host
}
