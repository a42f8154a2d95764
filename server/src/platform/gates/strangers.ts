import { hash as digest, randomBytes } from 'node:crypto'
import type { Clock } from '../clock/index.ts'
import { describeError, type Log } from '../log/index.ts'
import { networkOf } from './network-of.ts'

/** Floods of requests by nobody known: of different API keys, of addresses that are none, of anything. */
export const floodKinds = ['key-stuffing', 'id-walking', 'request-flood'] as const
export type FloodKind = (typeof floodKinds)[number]

/** So many within so short a time are a flood. */
export interface FloodRule {
  readonly times: number
  readonly withinMs: number
}

export interface FloodRules {
  /** Null: this is not counted. */
  readonly rules: Readonly<Record<FloodKind, FloodRule | null>>
  /** For how long an address is not answered; null: floods are told of, and no more. */
  readonly blockMs: number | null
}

/** What was counted when a rule was broken: the inputs of a block. */
export interface Flood {
  readonly kind: FloodKind
  /** IPv4 address, or the /64 network of an IPv6 address. Never logged. */
  readonly source: string
  readonly count: number
  readonly rule: FloodRule
  readonly firstAt: Date
  readonly lastAt: Date
}

/** Strangers from an address are not answered. */
export interface AddressBlock {
  readonly id: string
  readonly kind: FloodKind
  /** Keyed hash of the flood's source. */
  readonly sourceHash: string
  /** ms since 1970 */
  readonly endsAtMs: number
}

/** Counts what nobody known asks for, in this process, and holds floods off. Whoever was known before goes on. */
export interface Strangers {
  /** The block in force on an address; null: it is answered. */
  blockOf(ipAddress: string): AddressBlock | null
  /**
   * Never waits and never throws: it is called on the path of requests.
   * @param what tells tries apart; the same again is not counted
   */
  note(kind: FloodKind, ipAddress: string, what?: string): void
  /** Somebody who showed this was let in: they are no stranger for an hour. */
  remember(credential: string): void
  isKnown(credential: string): boolean
  /** Takes over all blocks that are in force. */
  take(blocks: readonly AddressBlock[]): void
  /** Settles when floods that were seen are told of. */
  flush(): Promise<void>
}

export interface StrangersDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
  readonly floods: FloodRules
  /** Keyed hash of a source. */
  readonly hashOf: (source: string) => string
  /** Records a flood, and blocks its source. @returns null where floods are told of only */
  readonly tell: (flood: Flood) => Promise<AddressBlock | null>
}

interface Counter {
  readonly beganMs: number
  count: number
  readonly seen: Set<string>
}

/** Sources and credentials that are remembered at once; the oldest are forgotten first. */
const sourcesMax = 20_000
const credentialsMax = 50_000
const knownMs = 3_600_000

const putNewest = <V>(map: Map<string, V>, key: string, value: V, max: number): void => {
  map.delete(key)
  const oldest = map.size >= max ? map.keys().next() : undefined
  if (oldest?.done === false) map.delete(oldest.value)
  map.set(key, value)
}

export const createStrangers = (deps: StrangersDeps): Strangers => {
  const { clock, log, floods, hashOf, tell } = deps
  const salt = randomBytes(32).toString('hex')
  const fingerprint = (text: string): string => digest('sha256', salt + text, 'base64')
  const counters = new Map<string, Counter>()
  const known = new Map<string, number>()
  const telling = new Set<Promise<void>>()
  let blocks: ReadonlyMap<string, AddressBlock> = new Map()

  const block = (flood: Flood): void => {
    const told = tell(flood)
      .then((made) => {
        if (made !== null) blocks = new Map(blocks).set(made.sourceHash, made)
      })
      // What cannot be recorded is not done: it is counted anew.
      .catch((error: unknown) => {
        log.warn({ event: 'flood-untold', ...describeError(error) }, 'a flood could not be recorded, so it goes on')
      })
      .finally(() => telling.delete(told))
    telling.add(told)
  }

  return {
    blockOf: (ipAddress) => {
      if (blocks.size === 0) return null
      const found = blocks.get(hashOf(networkOf(ipAddress)))
      return found !== undefined && found.endsAtMs > clock.nowMs() ? found : null
    },
    note: (kind, ipAddress, what) => {
      const rule = floods.rules[kind]
      if (rule === null) return
      const nowMs = clock.nowMs()
      const source = networkOf(ipAddress)
      const key = `${kind}\0${source}`
      const passedMs = nowMs - (counters.get(key)?.beganMs ?? 0)
      const isOver = passedMs < 0 || passedMs >= rule.withinMs
      const counter = isOver ? { beganMs: nowMs, count: 0, seen: new Set<string>() } : counters.get(key)
      if (counter === undefined) return
      putNewest(counters, key, counter, sourcesMax)
      if (what !== undefined) {
        const seen = fingerprint(what)
        if (counter.seen.has(seen)) return
        counter.seen.add(seen)
      }
      counter.count += 1
      if (counter.count < rule.times) return
      counters.delete(key)
      const times = { firstAt: new Date(counter.beganMs), lastAt: new Date(nowMs) }
      block({ kind, source, count: counter.count, rule, ...times })
    },
    remember: (credential) => putNewest(known, fingerprint(credential), clock.nowMs(), credentialsMax),
    isKnown: (credential) => {
      const atMs = known.get(fingerprint(credential))
      return atMs !== undefined && Math.abs(clock.nowMs() - atMs) < knownMs
    },
    take: (inForce) => {
      blocks = new Map(inForce.map((one) => [one.sourceHash, one]))
    },
    flush: async () => {
      while (telling.size > 0) await Promise.all(telling)
    },
  }
}
