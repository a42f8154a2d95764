import type { Clock } from '../../../platform/clock/index.ts'
import { type Database, listenTo, readInTurn } from '../../../platform/db/index.ts'
import { describeError, type Log } from '../../../platform/log/index.ts'
import { listBudgets } from './budget-store.ts'
import { endLeases, exchangeLease, noteRefusal } from './lease-store.ts'
import { monthOf, periodOf } from './month.ts'
import { Pot, type PotDeps } from './pot.ts'
import type { BudgetRow } from './tables.ts'

/** Whose call it is. */
export interface Spender {
  readonly organisationId: string
  readonly projectId: string
  readonly keyId: string
}

/** Money set aside for one call, in every budget that covers it. */
export interface Reservation {
  /** Puts in its place what the call cost, in picos; 0 releases it. Once. */
  settle(costPicos: bigint): void
}

/** A budget in which too little is left. */
export interface Shortage {
  readonly budget: BudgetRow
  readonly month: number
  readonly leftPicos: bigint
}

export type Reserved =
  /** Null where nothing can be spent. */
  | { readonly kind: 'reserved'; readonly reservation: Reservation | null }
  | { readonly kind: 'short'; readonly shortage: Shortage }
  /** The database does not answer, and memory holds too little. */
  | { readonly kind: 'away' }

/** Spending within monthly budgets and prepaid balances. */
export interface Spending {
  /**
   * Sets aside what a call can cost. Answers at once where memory holds enough, which is all but always.
   * @param picos the most that it can cost
   * @param atMs when the call began, which says the month
   */
  reserve(spender: Spender, picos: bigint, atMs: number): Reserved | Promise<Reserved>
}

const nothingToDo: Reserved = { kind: 'reserved', reservation: null }
const away: Reserved = { kind: 'away' }
/** For how long a call waits that would fit if those under way cost less than they could. */
const waitMs = 5000
const tendMs = 2000

interface Wanted {
  readonly spender: Spender
  readonly picos: bigint
  readonly month: number
  /** Those that were known when it was asked. */
  readonly budgets: ReadonlyMap<string, readonly BudgetRow[]>
}

export interface SpendingDeps {
  readonly database: Database
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Log
  /** Tells this process's leases from those of others; the same after a restart on the same journal. */
  readonly holder: string
}

export const createSpending = (deps: SpendingDeps) => new LeasedSpending(deps)

export class LeasedSpending implements Spending {
  readonly #deps: SpendingDeps
  readonly #potDeps: PotDeps
  readonly #changes: ReturnType<typeof listenTo>
  /** By the id of whom a budget is for: an organisation, a project or a key. */
  #budgets: ReadonlyMap<string, readonly BudgetRow[]> = new Map()
  /** By budget and month. */
  readonly #pots = new Map<string, Pot>()
  #timer: NodeJS.Timeout | undefined
  readonly #reader = readInTurn({
    read: async () => {
      this.#use(await listBudgets(this.#deps.database.direct))
      // A lower limit holds for what was taken under the higher one, too.
      await this.tend(true)
    },
    failed: (error) =>
      this.#deps.log.warn({ event: 'budgets-unread', ...describeError(error) }, 'budgets could not be read'),
  })
  #isStopped = false

  constructor(deps: SpendingDeps) {
    this.#deps = deps
    this.#changes = listenTo({ connectionString: deps.databaseUrl }, 'budget_changed', deps.log)
    this.#potDeps = {
      holder: deps.holder,
      log: deps.log,
      monotonicMs: deps.clock.monotonicMs,
      exchange: (asked, holds) => exchangeLease(deps.database.direct, asked, holds),
    }
  }

  reserve(spender: Spender, picos: bigint, atMs: number): Reserved | Promise<Reserved> {
    if (picos === 0n) return nothingToDo
    const wanted = { spender, picos, month: monthOf(atMs), budgets: this.#budgets }
    const pots = this.#potsOf(spender, wanted.month)
    return this.#takeFrom(pots, wanted) ?? this.#fillAndTake(pots, wanted)
  }

  /** Ends what an earlier process on this folder held, and begins. What that one spent is in the books by now. */
  async start(): Promise<void> {
    await endLeases(this.#deps.database.direct, this.#deps.holder)
    this.#changes.onChange(() => void this.refresh())
    await this.#changes.start()
    await this.refresh()
    this.#timer = setInterval(() => void this.tend(), tendMs)
    this.#timer.unref()
  }

  /** Takes over what budgets there are now. */
  refresh(): Promise<void> {
    return this.#reader.again()
  }

  /** Renews leases and gives back what is not needed. @param all every bit that no call needs */
  async tend(all = false): Promise<void> {
    const now = monthOf(this.#deps.clock.nowMs())
    for (const [id, pot] of this.#pots) {
      const isPast = pot.month < now
      await pot.tend(all || isPast)
      if (isPast && pot.isIdle()) this.#pots.delete(id)
    }
  }

  /** After the last call has ended and all is booked. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    const read = this.#reader.stop()
    await this.#changes.close()
    await read
    await endLeases(this.#deps.database.direct, this.#deps.holder).catch((error: unknown) =>
      this.#deps.log.warn({ event: 'leases-left', ...describeError(error) }, 'leases of budgets end by themselves'),
    )
  }

  #use(rows: readonly BudgetRow[]): void {
    const budgets = new Map<string, BudgetRow[]>()
    for (const row of rows) {
      for (const id of row.keyIds ?? [row.projectId ?? row.organisationId])
        budgets.set(id, [...(budgets.get(id) ?? []), row])
    }
    this.#budgets = budgets
    const known = new Map(rows.map((row) => [row.id, row]))
    for (const [id, pot] of this.#pots) {
      const row = known.get(pot.budget.id)
      if (row === undefined) this.#pots.delete(id)
      else pot.change(row)
    }
  }

  #potsOf({ organisationId, projectId, keyId }: Spender, month: number): Pot[] {
    const pots: Pot[] = []
    for (const id of [keyId, projectId, organisationId])
      for (const row of this.#budgets.get(id) ?? []) pots.push(this.#potOf(row, periodOf(row, month)))
    return pots
  }

  #potOf(row: BudgetRow, month: number): Pot {
    const id = `${row.id} ${month}`
    const known = this.#pots.get(id)
    if (known !== undefined) return known
    const made = new Pot(this.#potDeps, row, month)
    this.#pots.set(id, made)
    return made
  }

  /** From all or from none. */
  #takeFrom(pots: readonly Pot[], wanted: Wanted): Reserved | null {
    const { spender, picos, month, budgets } = wanted
    for (const pot of pots) if (!pot.has(picos)) return null
    const settles = pots.map((pot) => pot.take(picos))
    const settle = (costPicos: bigint): void => {
      for (const one of settles) one(costPicos)
      // Budgets that were set meanwhile: what the call cost is booked in them, too.
      if (costPicos > 0n && budgets !== this.#budgets)
        for (const pot of this.#potsOf(spender, month)) if (!pots.includes(pot)) pot.charge(costPicos)
    }
    return { kind: 'reserved', reservation: { settle } }
  }

  async #fillAndTake(pots: readonly Pot[], wanted: Wanted): Promise<Reserved> {
    const { picos } = wanted
    const untilMs = this.#deps.clock.monotonicMs() + waitMs
    for (;;) {
      const taken = this.#takeFrom(pots, wanted)
      if (taken !== null) return taken
      const lacking = pots.find((pot) => !pot.has(picos))
      const filled = lacking === undefined ? 'again' : await lacking.fill(picos)
      if (filled === 'away') return away
      if (lacking === undefined || filled === 'again') continue
      const restMs = untilMs - this.#deps.clock.monotonicMs()
      if (restMs <= 0 || this.#isStopped || !lacking.mayFitLater(picos)) return this.#refuse(lacking)
      await untilSettled(lacking, restMs)
    }
  }

  #refuse(pot: Pot): Reserved {
    const { budget, month } = pot
    if (pot.shallTellRefusal())
      noteRefusal(this.#deps.database.direct, { budgetId: budget.id, month }).catch(() => undefined)
    return { kind: 'short', shortage: { budget, month, leftPicos: pot.left() } }
  }
}

const untilSettled = (pot: Pot, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      forget()
      resolve()
    }
    const timer = setTimeout(done, ms)
    const forget = pot.whenSettled(done)
  })
