import type { Clock } from '../clock/index.ts'
import { describeError, type Log } from '../log/index.ts'
import type { FloodKind } from './strangers.ts'

export const attackKinds = ['sign-in-guessing', 'key-guessing', 'privilege-probing'] as const
export type AttackKind = (typeof attackKinds)[number]

/** Something that was refused and may be part of an attack. */
export interface Suspicion {
  readonly kind: AttackKind
  /** Where it came from, or at whom it aims. */
  readonly from: 'address' | 'account' | 'person'
  /** An IP address, a mail address, a person's id. Never logged. */
  readonly source: string
  /** The person at whom it aims or who does it, where one is known. */
  readonly personId: string | null
  readonly ipAddress: string | null
}

/** A key that nobody has, or has no more. */
export const guessedKey = (ipAddress: string): Suspicion => ({
  kind: 'key-guessing',
  from: 'address',
  source: ipAddress,
  personId: null,
  ipAddress,
})

/** So many suspicions within so short a time are an attack. */
export interface AttackRule {
  readonly times: number
  readonly withinMs: number
}

export interface Attack extends Omit<Suspicion, 'kind' | 'from'> {
  readonly kind: AttackKind | FloodKind | 'sudden-spend'
  readonly from: Suspicion['from'] | 'key' | 'project'
  /** The key or the project. */
  readonly aboutId?: string
  /** What is told of it; without it, what is told of its kind. */
  readonly words?: string
  /** Suspicions since the last time that this one was told of. */
  readonly count: number
  readonly firstAt: Date
  readonly lastAt: Date
}

/** Counts what is refused, in this process, and tells of attacks at once. */
export interface AttackWatch {
  /** Never waits and never throws: it is called on the path of requests. */
  note(suspicion: Suspicion): void
  /** Tells of attacks that wait. It happens by itself soon after each. */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** An account is locked after fewer tries than an address: whole offices sit behind one. */
export const attackRules: Readonly<Record<AttackKind, Readonly<Partial<Record<Suspicion['from'], AttackRule>>>>> = {
  'sign-in-guessing': {
    account: { times: 10, withinMs: 300_000 },
    address: { times: 30, withinMs: 300_000 },
  },
  'key-guessing': { address: { times: 20, withinMs: 60_000 } },
  'privilege-probing': { person: { times: 15, withinMs: 60_000 } },
}

/** Sources that are remembered at once; the oldest are forgotten first. */
const sourcesMax = 20_000
const retryMs = 5000

interface Counter {
  /** ms since 1970, oldest first; at most as many as the rule counts. */
  times: number[]
}

/**
 * @param tell writes the alert; what it could not write is tried again
 * @param soon calls back after the present work; tests and probes call `flush` themselves
 */
export const createAttackWatch = (deps: {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
  readonly tell: (attack: Attack) => Promise<void>
  readonly soon?: (work: () => void) => void
}): AttackWatch => {
  const { clock, log, tell } = deps
  const soon = deps.soon ?? ((work: () => void) => void setImmediate(work))
  const counters = new Map<string, Counter>()
  let waiting: Attack[] = []
  let retry: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  const tellAll = async (): Promise<void> => {
    const attacks = waiting
    waiting = []
    for (const attack of attacks) {
      try {
        await tell(attack)
      } catch (error) {
        waiting.push(attack)
        log.warn({ event: 'alert-waits', ...describeError(error) }, 'an alert could not be written yet')
      }
    }
  }
  const flush = async (): Promise<void> => {
    while (running !== undefined) await running
    running = tellAll().finally(() => {
      running = undefined
    })
    await running
    if (waiting.length === 0 || retry !== undefined) return
    retry = setTimeout(() => {
      retry = undefined
      void flush()
    }, retryMs)
    retry.unref()
  }
  const counterOf = (key: string): Counter => {
    const counter = counters.get(key) ?? { times: [] }
    counters.delete(key)
    const oldest = counters.size >= sourcesMax ? counters.keys().next() : undefined
    if (oldest?.done === false) counters.delete(oldest.value)
    counters.set(key, counter)
    return counter
  }

  return {
    note: (suspicion) => {
      const rule = attackRules[suspicion.kind][suspicion.from]
      if (rule === undefined) return
      const nowMs = clock.nowMs()
      const counter = counterOf(`${suspicion.kind}\0${suspicion.from}\0${suspicion.source}`)
      counter.times = [...counter.times.filter((at) => at > nowMs - rule.withinMs && at <= nowMs), nowMs]
      if (counter.times.length < rule.times) return
      const [firstMs = nowMs] = counter.times
      waiting.push({ ...suspicion, count: counter.times.length, firstAt: new Date(firstMs), lastAt: new Date(nowMs) })
      counter.times = []
      soon(() => void flush())
    },
    flush,
    stop: async () => {
      await flush()
      clearTimeout(retry)
    },
  }
}
