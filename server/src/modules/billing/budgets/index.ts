import { createHash } from 'node:crypto'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import type { Log } from '../../../platform/log/index.ts'
import { bookSpending, type Spend } from './book-spending.ts'
import { type BudgetRouteDeps, budgetRoutes } from './budget-routes.ts'
import { createPostJob, prepaidRoutes } from './prepaid/index.ts'
import { createSpending, type Spending } from './spending.ts'
import { createTellJob, type TellDeps } from './tell-thresholds.ts'

export { monthAfter, monthName } from './month.ts'
export type { Reservation, Reserved, Shortage, Spending } from './spending.ts'
export { budgetOption, budgetWords, moneyText } from './words.ts'

export interface BudgetsDeps
  extends Omit<TellDeps, 'peopleIn' | 'addressesOf'>,
    Pick<BudgetRouteDeps, 'keyNames' | 'projectsOf' | 'currency'> {
  readonly database: Database
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly accounts: Pick<TellDeps, 'peopleIn' | 'addressesOf'>
  /** A secret of the folder that the journal is in: what is left in that journal is this process's to book. */
  readonly folderSecret: string
  /** Carries everything that was booked up to now to the database. */
  readonly flush: () => Promise<void>
}

/** Monthly budgets and prepaid balances: what may be spent, what is, and who is told. */
export interface Budgets {
  readonly spending: Spending
  /** For the shipper of usage. */
  readonly spend: Spend
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  /** Before anything is served, after what an earlier process left in the journal was carried to the database. */
  start(): Promise<void>
  /** After the last call was booked and carried. */
  stop(): Promise<void>
}

export const createBudgets = (deps: BudgetsDeps): Budgets => {
  const holder = createHash('sha256').update(deps.folderSecret).digest('hex').slice(0, 32)
  const spending = createSpending({ ...deps, holder })
  const settleUp = async (): Promise<void> => {
    await deps.flush()
    await spending.tend(true)
  }
  const shared = { ...deps, ...deps.accounts, settleUp, changed: () => spending.refresh() }
  return {
    spending,
    spend: bookSpending(holder),
    routes: [...budgetRoutes(shared), ...prepaidRoutes(shared)],
    jobs: [createTellJob(shared), createPostJob(shared)],
    start: () => spending.start(),
    stop: () => spending.stop(),
  }
}
