import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const listOf = (trusted: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const one of trusted) {
    const [address = '', prefix] = one.split('/')
    if (prefix === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(prefix), familyOf(address))
  }
  return list
}

/**
 * Who called, for what is not answered by the control plane: the nearest address that is not a trusted proxy's. What
 * another proxy wrote is not believed.
 * @param trusted addresses and CIDR blocks
 */
export const createCallerAddress = (trusted: readonly string[]): ((req: IncomingMessage) => string | null) => {
  const peerOf = (req: IncomingMessage): string | null => req.socket.remoteAddress ?? null
  if (trusted.length === 0) return peerOf
  const list = listOf(trusted)
  const isProxy = (address: string): boolean => isIP(address) !== 0 && list.check(address, familyOf(address))
  return (req) => {
    const forwarded = String(req.headers['x-forwarded-for'] ?? '')
    let found = peerOf(req)
    for (const before of forwarded.split(',').reverse()) {
      if (found === null || !isProxy(found) || isIP(before.trim()) === 0) return found
      found = before.trim()
    }
    return found
  }
}
