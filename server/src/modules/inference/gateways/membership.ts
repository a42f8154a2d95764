import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { CallLimits } from '../gateway/call-limits.ts'
import { sayAlive, sayGone } from './gateway-store.ts'

/** What a gateway says of itself. */
export interface GatewayFacts {
  /** The same for each process on one data folder, and for no other. */
  readonly id: string
  readonly name: string
  readonly version: string
}

export interface MembershipDeps {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly vault: Pick<Vault, 'keyedHash'>
  readonly registry: Registry
  readonly self: GatewayFacts
  readonly callLimits: Pick<CallLimits, 'counted' | 'share'>
  readonly activeCalls: () => number
  /** Between two words, in milliseconds; a second where nobody says otherwise. */
  readonly beatMs?: number
}

/** This gateway among those that serve the same database. */
export interface Membership {
  /** Before anything is served: the others hear of this one, and leave it its share of limits. */
  start(): Promise<void>
  /** After the last call. */
  stop(): Promise<void>
}

const secondMs = 1000
const hashBytes = 8
/** More than these are not named: they count as anybody. */
const namedMax = 10_000

/** Keyed, so that the table says of nobody that they called. */
const hashOf = ({ keyedHash }: Pick<Vault, 'keyedHash'>, id: string): bigint =>
  BigInt(`0x${keyedHash('call-limits', id).slice(0, 2 * hashBytes)}`)

const pack = (hashes: readonly bigint[]): Buffer => {
  const packed = Buffer.alloc(hashes.length * hashBytes)
  hashes.forEach((hash, index) => {
    packed.writeBigUInt64BE(hash, index * hashBytes)
  })
  return packed
}

/** By how many others each is counted; those who may count anybody's come on top. */
const tally = (others: readonly (Buffer | null)[]): { readonly anybody: number; of(hash: bigint): number } => {
  const counts = new Map<bigint, number>()
  let anybody = 0
  for (const packed of others) {
    if (packed === null) anybody += 1
    else
      for (let at = 0; at + hashBytes <= packed.length; at += hashBytes) {
        const hash = packed.readBigUInt64BE(at)
        counts.set(hash, (counts.get(hash) ?? 0) + 1)
      }
  }
  return { anybody, of: (hash) => counts.get(hash) ?? 0 }
}

/** Says every second that this gateway lives and whose limits it counts, and takes from the others' words which share is its. */
export const createMembership = (deps: MembershipDeps): Membership => {
  const { database, clock, log, vault, self, callLimits } = deps
  const startedAt = clock.now()
  let hashes = new Map<string, bigint>()
  let live = 1
  let isAway = false
  let timer: NodeJS.Timeout | undefined
  let beating: Promise<void> = Promise.resolve()
  new Gauge({
    name: 'avow_gateways_live',
    help: 'Gateways that serve this database, as this process knows',
    registers: [deps.registry],
    collect() {
      this.set(live)
    },
  })

  /** Null while this one is alone: nobody wants to know, and naming them costs time. */
  const countedHere = (): Buffer | null => {
    const ids = live === 1 ? null : callLimits.counted(clock.monotonicMs())
    hashes = new Map((ids ?? []).map((id) => [id, hashes.get(id) ?? hashOf(vault, id)]))
    return ids === null || ids.length > namedMax ? null : pack([...hashes.values()])
  }

  const beat = async (): Promise<void> => {
    try {
      const counts = countedHere()
      const others = await sayAlive(database.direct, { ...self, startedAt, activeCalls: deps.activeCalls(), counts })
      const { anybody, of } = tally(others)
      live = others.length + 1
      callLimits.share(live, (id) => (live === 1 ? 1 : 1 + anybody + of(hashes.get(id) ?? hashOf(vault, id))))
      if (isAway) log.info({ event: 'gateway-heard' }, 'this gateway is heard again')
      isAway = false
    } catch (error) {
      // The share that was known last holds on.
      if (!isAway)
        log.warn({ event: 'gateway-unheard', ...describeError(error) }, 'this gateway cannot say that it lives')
      isAway = true
    }
  }

  const schedule = (): void => {
    timer = setTimeout(() => {
      beating = beat().then(schedule)
    }, deps.beatMs ?? secondMs).unref()
  }

  return {
    start: async () => {
      await beat()
      schedule()
    },
    stop: async () => {
      clearTimeout(timer)
      await beating
      clearTimeout(timer)
      await sayGone(database.direct, self.id).catch(() => undefined)
    },
  }
}
