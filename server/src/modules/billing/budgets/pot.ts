import { randomUUID } from 'node:crypto'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { type Exchange, type Exchanged, leaseSeconds } from './lease-store.ts'
import type { BudgetRow } from './tables.ts'

export interface PotDeps {
  readonly holder: string
  readonly monotonicMs: () => number
  readonly log: Log
  /** Rejects when the database does not answer; then it is not known whether it was done. */
  readonly exchange: (asked: Exchange, holds: boolean) => Promise<Exchanged | null>
}

/** For how long money is spent from memory after its lease was last renewed: far less than the lease lasts. */
const usableMs = 60_000
/** For how long a word that too little is left is believed. */
const shortMs = 500
const renewMs = 20_000
if (usableMs * 2 > leaseSeconds * 1000) throw new Error('a lease must outlast its use')

/** What this process holds of one budget for one month. Amounts are picos. */
export class Pot {
  budget: BudgetRow
  readonly month: number
  readonly #deps: PotDeps
  /** Not promised to any call; below zero: calls cost more than was set aside for them. */
  #free = 0n
  #reserved = 0n
  /** Goes up when the lease was lost: what was promised from it is no longer of this one. */
  #epoch = 0
  #renewedMs = Number.NEGATIVE_INFINITY
  #holds = false
  /** One at a time. */
  #exchanging: Promise<unknown> | null = null
  /** Asked, and not known whether it was done: it is asked again before anything else. */
  #unsure: Exchange | null = null
  #demand = 0n
  #taken = 0n
  #short: { readonly want: bigint; readonly left: bigint; readonly untilMs: number } | null = null
  #toldMs = Number.NEGATIVE_INFINITY
  readonly #waiting = new Set<() => void>()

  constructor(deps: PotDeps, budget: BudgetRow, month: number) {
    this.#deps = deps
    this.budget = budget
    this.month = month
  }

  /** Whether so much can be set aside now, from memory. */
  has(picos: bigint): boolean {
    return this.#free >= picos && this.#deps.monotonicMs() - this.#renewedMs < usableMs
  }

  /** Sets so much aside. @returns how to put what a call really cost in its place */
  take(picos: bigint): (costPicos: bigint) => void {
    const epoch = this.#epoch
    this.#free -= picos
    this.#reserved += picos
    this.#taken += picos
    return (costPicos) => {
      if (epoch === this.#epoch) {
        this.#reserved -= picos
        this.#free += picos - costPicos
      }
      for (const wake of this.#waiting) wake()
      this.#waiting.clear()
    }
  }

  /** What a call cost that began before this budget was known here. */
  charge(costPicos: bigint): void {
    this.#free -= costPicos
  }

  /** Whether it could fit once calls under way have ended. */
  mayFitLater(picos: bigint): boolean {
    return this.#reserved > 0n && this.#free + this.#reserved >= picos
  }

  /** Of the budget, for anybody, by what the database said last, and by what is free here. */
  left(): bigint {
    const left = (this.#short?.left ?? 0n) + this.#free
    return left > 0n ? left : 0n
  }

  /** Runs once when a call that is under way has ended. @returns takes it back */
  whenSettled(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }

  /** Whether the last refusal is one to tell of. */
  shallTellRefusal(): boolean {
    const now = this.#deps.monotonicMs()
    if (now - this.#toldMs < renewMs / 2) return false
    this.#toldMs = now
    return true
  }

  /** The limit may be another one now. */
  change(budget: BudgetRow): void {
    this.budget = budget
    this.#short = null
  }

  /**
   * Takes more from the budget.
   * @returns `short`: less than this is left; `again`: look whether it fits now; `away`: the database does not answer
   */
  async fill(picos: bigint): Promise<'again' | 'short' | 'away'> {
    const want = picos - this.#free
    const short = this.#short
    if (short !== null && want >= short.want && this.#deps.monotonicMs() < short.untilMs) return 'short'
    if (this.#exchanging !== null) {
      this.#demand += picos
      await this.#exchanging
      return this.#unsure === null ? 'again' : 'away'
    }
    const desire = want + this.#demand
    this.#demand = 0n
    const done = await this.#exchange({ give: 0n, want: want > 0n ? want : 1n, desire })
    if (done === 'away') return 'away'
    return done > 0n || this.has(picos) ? 'again' : 'short'
  }

  /** Renews the lease, and gives back what was not needed since the last time. @param all gives back all that is free */
  async tend(all = false): Promise<void> {
    if (this.#exchanging !== null) {
      await this.#exchanging
      return
    }
    const keep = all ? 0n : this.#taken * 2n
    this.#taken = 0n
    const give = this.#free > keep ? this.#free - keep : 0n
    const isOld = this.#deps.monotonicMs() - this.#renewedMs > renewMs && (this.#free > 0n || this.#reserved > 0n)
    if (give > 0n || isOld || this.#unsure !== null) await this.#exchange({ give, want: 0n, desire: 0n })
  }

  /** Whether nothing of it is in memory. */
  isIdle(): boolean {
    return this.#free <= 0n && this.#reserved === 0n && this.#exchanging === null && this.#unsure === null
  }

  #exchange(wish: Pick<Exchange, 'give' | 'want' | 'desire'>): Promise<bigint | 'away'> {
    const running = this.#settleUnsure().then((sure) => (sure ? this.#ask(wish) : 'away'))
    this.#exchanging = running
    return running.finally(() => {
      this.#exchanging = null
    })
  }

  async #settleUnsure(): Promise<boolean> {
    const asked = this.#unsure
    return asked === null || (await this.#send(asked)) !== 'away'
  }

  async #ask(wish: Pick<Exchange, 'give' | 'want' | 'desire'>): Promise<bigint | 'away'> {
    const { holder } = this.#deps
    const give = wish.give < this.#free ? wish.give : this.#free
    const asked = {
      ...wish,
      give: give > 0n ? give : 0n,
      id: randomUUID(),
      budgetId: this.budget.id,
      month: this.month,
      holder,
    }
    // What is given back is not spent meanwhile.
    this.#free -= asked.give
    return this.#send(asked)
  }

  async #send(asked: Exchange): Promise<bigint | 'away'> {
    const sentMs = this.#deps.monotonicMs()
    try {
      const done = await this.#deps.exchange(asked, this.#holds)
      this.#unsure = null
      this.#take(done ?? { granted: 0n, left: 0n, wasLost: true }, asked, sentMs)
      return done?.granted ?? 0n
    } catch (error) {
      this.#unsure = asked
      this.#deps.log.warn({ event: 'budget-away', ...describeError(error) }, 'a budget could not be asked')
      return 'away'
    }
  }

  #take({ granted, left, wasLost }: Exchanged, { want }: Exchange, sentMs: number): void {
    if (wasLost) {
      this.#epoch += 1
      this.#free = 0n
      this.#reserved = 0n
    }
    this.#holds = true
    this.#free += granted
    this.#renewedMs = sentMs
    const isShort = want > 0n && granted === 0n
    this.#short = isShort ? { want, left, untilMs: this.#deps.monotonicMs() + shortMs } : null
  }
}
