import { Socket } from 'node:net'
import { outsiderAtHost } from './outside-address.ts'

/** Why a host outside may be connected to. */
export type PermitReason = 'recipient' | 'download' | 'database'

/** The hosts outside that this process may connect to, and those that it did. */
export interface Connections {
  /** Nothing outside is reached, whatever a gate permits. */
  readonly airGap: boolean
  /** Whether the connections of this process pass by here. */
  isGuarding(): boolean
  guarding(now: boolean): void
  permit(host: string, reason: PermitReason): void
  /** Whether a connection there would be let through; nothing is noted. */
  mayReach(host: string): boolean
  /** Notes a connection, or one that a program of ours makes for us. @returns whether it may be made */
  admit(host: string): boolean
  /** What was connected to since the start, or tried: own machines are counted together. */
  seen(): { readonly own: number; readonly outside: readonly OutsideHost[] }
}

export interface OutsideHost {
  readonly host: string
  readonly reason: PermitReason | null
  readonly allowed: number
  readonly refused: number
}

/** @param airGap nothing outside may be connected to, whatever was permitted */
export const createConnections = (airGap: boolean): Connections => {
  const permitted = new Map<string, PermitReason>()
  const hosts = new Map<string, { allowed: number; refused: number }>()
  let own = 0
  let isGuarding = false
  return {
    airGap,
    isGuarding: () => isGuarding,
    guarding: (now) => {
      isGuarding = now
    },
    permit: (host, reason) => {
      if (!airGap) permitted.set(host.toLowerCase(), reason)
    },
    mayReach: (host) => {
      const outsider = outsiderAtHost(host)
      return outsider === null || permitted.has(outsider)
    },
    admit: (host) => {
      const outsider = outsiderAtHost(host)
      if (outsider === null) {
        own++
        return true
      }
      const isAllowed = permitted.has(outsider)
      const figures = hosts.get(outsider) ?? { allowed: 0, refused: 0 }
      figures[isAllowed ? 'allowed' : 'refused']++
      hosts.set(outsider, figures)
      return isAllowed
    },
    seen: () => ({
      own,
      outside: [...hosts].map(([host, figures]) => ({ host, reason: permitted.get(host) ?? null, ...figures })),
    }),
  }
}

export class UnpermittedHost extends Error {
  readonly code = 'EUNPERMITTEDHOST'

  constructor(host: string) {
    super(`${host} is outside, and the egress gate has permitted no connection to it`)
  }
}

type Target = { readonly host?: string | undefined; readonly path?: string | undefined }

/** Node's own callers pass an array with the options first (lib/net.js, normalizeArgs). */
const targetOf = ([first, second]: readonly unknown[]): Target => {
  if (Array.isArray(first)) return targetOf(first)
  if (typeof first === 'object' && first !== null) return first
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first }
  return typeof second === 'string' ? { host: second } : {}
}

type Connect = (this: Socket, ...args: never[]) => Socket

/** As if the name were not known: the way to fail that every library expects, also for an address. */
const towardsNothing = (host: string) => ({
  host: 'unpermitted.invalid',
  port: 9,
  lookup: (_name: string, _options: unknown, done: (error: Error) => void): void =>
    process.nextTick(done, new UnpermittedHost(host)),
})

/**
 * Lets every TCP and TLS connection of this process, of whatever library, pass by `connections`; one that is not
 * admitted fails before anything is sent. Pooled connections pass once. @returns how to end it
 */
export const guardConnections = (connections: Pick<Connections, 'admit' | 'guarding'>): (() => void) => {
  const prototype: { connect: Connect } = Socket.prototype as unknown as { connect: Connect }
  const original = prototype.connect
  prototype.connect = function (this: Socket, ...args: never[]): Socket {
    const { host = 'localhost', path } = targetOf(args)
    if (path != null || connections.admit(host)) return original.apply(this, args)
    return original.call(this, towardsNothing(host) as never)
  }
  connections.guarding(true)
  return () => {
    connections.guarding(false)
    prototype.connect = original
  }
}
