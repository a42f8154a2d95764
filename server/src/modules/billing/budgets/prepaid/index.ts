import { contract } from '@avow/contract'
import { and, desc, eq } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../../platform/db/index.ts'
import { recordDecision } from '../../../../platform/evidence/index.ts'
import { decodeCursor, encodeCursor, Refusal, type Route, route, toPage } from '../../../../platform/http/index.ts'
import type { Job } from '../../../../platform/jobs/index.ts'
import { ascending, type BudgetRouteDeps } from '../budget-routes.ts'
import type { BudgetRow } from '../tables.ts'
import type { TellDeps } from '../tell-thresholds.ts'
import { endBalance, findBalance, listBalances, postAllUsage, setThresholds, topUp } from './balance-store.ts'
import { ledgerEntry } from './tables.ts'
import { type BalanceView, viewBalances, viewEntry } from './view-balance.ts'

export interface PrepaidDeps extends BudgetRouteDeps, Pick<TellDeps, 'peopleIn'> {
  /** Carries what was booked up to now to the database. */
  readonly flush: () => Promise<void>
}

const viewOne = async (tx: Tx, row: BudgetRow): Promise<BalanceView> => {
  const [view] = await viewBalances(tx, [row])
  if (view === undefined) throw new Error('a balance has no view')
  return view
}

const record = (deps: PrepaidDeps, tx: Tx, rule: string) =>
  recordDecision(tx, deps.clock, { gate: 'budget', decision: 'done', rule })

const wrong = (message: string): Refusal =>
  new Refusal('invalid_request', `${message} Nothing was changed.`, {
    fields: [{ path: 'body.amountMicros', message }],
  })

const show = (deps: PrepaidDeps): Route =>
  route(
    contract.balance.show,
    async ({ params }) => {
      // Not inside a transaction: it would hold a connection while the shipper and leases need one.
      await deps.settleUp()
      return deps.database.transaction(async (tx) => {
        const row = await findBalance(tx, params.organisationId)
        return { balance: row === undefined ? null : await viewOne(tx, row) }
      })
    },
    'handler',
  )

const list = (deps: PrepaidDeps): Route =>
  route(
    contract.balance.list,
    async ({ query: { limit, cursor } }) => {
      await deps.settleUp()
      return deps.database.transaction(async (tx) => {
        const rows = await listBalances(tx, limit + 1, decodeCursor(cursor)?.id)
        const [kept, last] = [rows.slice(0, limit), rows[limit - 1]]
        const isMore = rows.length > limit && last !== undefined
        return {
          items: await viewBalances(tx, kept),
          nextCursor: isMore ? encodeCursor({ atMs: 0, id: last.organisationId }) : null,
        }
      })
    },
    'handler',
  )

const put = (deps: PrepaidDeps): Route =>
  route(contract.balance.topUp, async ({ tx, params: { organisationId }, body, caller, afterCommit }) => {
    const { clock, currency } = deps
    // Every organisation that is open has an owner.
    if ((await deps.peopleIn(tx, organisationId, ['owner'])).length === 0)
      throw new Refusal('not_found', 'There is no such open organisation.')
    const { reason, invoiceNumber = null } = body
    const given = { organisationId, currency, reason, invoiceNumber, enteredBy: caller.personId }
    const amountMicros = BigInt(body.amountMicros)
    if (amountMicros < 0n && (await findBalance(tx, organisationId)) === undefined)
      throw wrong('This organisation has no balance of which something could be taken back.')
    const row = await topUp(tx, clock, { ...given, amountMicros })
    if (row === null) throw wrong('No more can be taken back than is left.')
    await record(deps, tx, amountMicros < 0n ? 'taken-back' : `top-up(${reason})`)
    afterCommit(deps.changed)
    return viewOne(tx, row)
  })

const history = (endpoint: typeof contract.balance.history | typeof contract.balance.historyOf): Route =>
  route(endpoint, async ({ tx, params, query: { limit, cursor } }) => {
    const older = olderThan(ledgerEntry.at, ledgerEntry.id, decodeCursor(cursor))
    const rows = await tx
      .select()
      .from(ledgerEntry)
      .where(and(eq(ledgerEntry.organisationId, params.organisationId), older))
      .orderBy(desc(ledgerEntry.at), desc(ledgerEntry.id))
      .limit(limit + 1)
    return toPage(rows, limit, ({ at, id }) => ({ atMs: at.getTime(), id }), viewEntry)
  })

/** What organisations paid beforehand: to see, to fill, to end, and every entry of it. */
export const prepaidRoutes = (deps: PrepaidDeps): Route[] => [
  show(deps),
  route(contract.balance.update, async ({ tx, params, body, caller, afterCommit }) => {
    const change = { thresholds: ascending(body.thresholds), changedBy: caller.personId, changedAt: deps.clock.now() }
    const row = await setThresholds(tx, params.organisationId, change)
    if (row === undefined) throw new Refusal('not_found', 'This organisation has no prepaid balance.')
    await record(deps, tx, 'changed(balance)')
    afterCommit(deps.changed)
    return viewOne(tx, row)
  }),
  history(contract.balance.history),
  list(deps),
  put(deps),
  history(contract.balance.historyOf),
  route(contract.balance.end, async ({ tx, params, caller, afterCommit }) => {
    if (!(await endBalance(tx, deps.clock, params.organisationId, caller.personId)))
      throw new Refusal('not_found', 'This organisation has no prepaid balance.')
    await record(deps, tx, 'ended(balance)')
    afterCommit(deps.changed)
  }),
]

/** Once a day what was spent is written into the ledger; a top-up does so at once. */
export const createPostJob = (deps: PrepaidDeps): Job => ({
  name: 'billing-post-usage',
  readsFor: ['billing', 'account'],
  cron: '7 0 * * *',
  run: async () => {
    await deps.flush()
    await deps.database.transaction((tx) => postAllUsage(tx, deps.clock))
  },
})
