import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { buildConnector } from 'undici'
import { isForbiddenAddress } from './outside-address.ts'

export type Resolve = typeof lookup

export class ForbiddenAddress extends Error {
  readonly code = 'EFORBIDDENADDRESS'

  constructor(host: string) {
    super(`${host} leads to a link-local or metadata address`)
  }
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/**
 * Connects to model servers, and to no address that is forbidden: a name is resolved once, judged, and the connection
 * goes to what was judged. `resolve` is node:dns's lookup.
 */
export const guardedConnector = (connectTimeoutMs: number, resolve: Resolve = lookup): buildConnector.connector => {
  const judged = (host: string, options: LookupOptions, done: Found): void =>
    resolve(host, options, (error, address, family) => {
      const addresses = typeof address === 'string' ? [address] : (address ?? []).map((one) => one.address)
      if (error === null && addresses.some(isForbiddenAddress)) done(new ForbiddenAddress(host), [])
      else done(error, address, family)
    })
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: judged } as buildConnector.BuildOptions)
  return (options, callback) => {
    // An address is not looked up.
    const host = options.hostname.replace(/^\[|\]$/g, '')
    if (isForbiddenAddress(host)) callback(new ForbiddenAddress(host), null)
    else connect(options, callback)
  }
}
