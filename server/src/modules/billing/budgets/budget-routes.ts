import { contract } from '@avow/contract'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { findBudget, insertBudget, listOwnBudgets, removeBudget, updateBudget } from './budget-store.ts'
import { monthOf } from './month.ts'
import type { BudgetRow } from './tables.ts'
import { type BudgetView, scopeOf, viewBudgets } from './view-budgets.ts'

export interface BudgetRouteDeps {
  readonly database: Database
  readonly clock: Clock
  readonly currency: string
  /** Carries what was booked up to now to the database, and gives back what this process holds for nobody. */
  readonly settleUp: () => Promise<void>
  /** Takes over changes at once in this process. */
  readonly changed: () => Promise<void>
  keyNames(tx: Tx, projectIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  projectsOf(tx: Tx, organisationId: string): Promise<readonly { id: string }[]>
}

interface Target {
  readonly organisationId: string
  readonly projectId?: string | undefined
  readonly keyId?: string | undefined
}

const wrong = (field: string, message: string): Refusal =>
  new Refusal('invalid_request', `${message} Nothing was changed.`, { fields: [{ path: `body.${field}`, message }] })

/**
 * The project that a budget is for, or in which its key is; null for the whole organisation.
 * @throws Refusal invalid_request for a project or a key of others
 */
const projectFor = async (deps: BudgetRouteDeps, tx: Tx, target: Target): Promise<string | null> => {
  const { organisationId, projectId, keyId } = target
  if (projectId === undefined && keyId === undefined) return null
  const own = (await deps.projectsOf(tx, organisationId)).map(({ id }) => id)
  const projects = projectId === undefined ? own : own.filter((id) => id === projectId)
  if (projectId !== undefined && projects.length === 0)
    throw wrong('projectId', 'The organisation has no such project.')
  if (keyId === undefined) return projectId ?? null
  for (const id of projects) if ((await deps.keyNames(tx, [id])).has(keyId)) return id
  throw wrong('keyId', 'There is no such API key here.')
}

export const ascending = (percents: readonly number[]): number[] => [...new Set(percents)].sort((a, b) => a - b)

const viewOne = async (deps: BudgetRouteDeps, tx: Tx, row: BudgetRow): Promise<BudgetView> => {
  const [view] = await viewBudgets(tx, [row], deps.clock.nowMs())
  if (view === undefined) throw new Error('a budget has no view')
  return view
}

const requireBudget = async (tx: Tx, organisationId: string, budgetId: string): Promise<BudgetRow> => {
  const row = await findBudget(tx, organisationId, budgetId)
  if (row === undefined) throw new Refusal('not_found')
  return row
}

const record = (deps: BudgetRouteDeps, tx: Tx, rule: string) =>
  recordDecision(tx, deps.clock, { gate: 'budget', decision: 'done', rule })

const create = (deps: BudgetRouteDeps): Route =>
  route(contract.budgets.create, async ({ tx, params, body, caller, afterCommit }) => {
    const { organisationId } = params
    const { keyId } = body
    const projectId = await projectFor(deps, tx, { organisationId, ...body })
    const now = deps.clock.now()
    const row: BudgetRow = {
      id: newId('bud', deps.clock),
      organisationId,
      projectId,
      keyId: keyId ?? null,
      keyIds: keyId === undefined ? null : [keyId],
      currency: deps.currency,
      kind: 'month',
      limitMicros: BigInt(body.limitMicros),
      basePicos: '0',
      postedMicros: 0n,
      thresholds: ascending(body.thresholds),
      createdAt: now,
      changedBy: caller.personId,
      changedAt: now,
    }
    if (!(await insertBudget(tx, row, monthOf(now.getTime()))))
      throw new Refusal('already_exists', 'There is a budget for this already. Change that one. Nothing was changed.')
    await record(deps, tx, `set(${scopeOf(row)})`)
    afterCommit(deps.changed)
    return viewOne(deps, tx, row)
  })

const update = (deps: BudgetRouteDeps): Route =>
  route(contract.budgets.update, async ({ tx, params, body, caller, afterCommit }) => {
    const old = await requireBudget(tx, params.organisationId, params.budgetId)
    const { limitMicros, thresholds } = body
    const row: BudgetRow = {
      ...old,
      ...(limitMicros === undefined ? {} : { limitMicros: BigInt(limitMicros) }),
      ...(thresholds === undefined ? {} : { thresholds: ascending(thresholds) }),
      changedBy: caller.personId,
      changedAt: deps.clock.now(),
    }
    await updateBudget(tx, row)
    await record(deps, tx, `changed(${scopeOf(row)})`)
    afterCommit(deps.changed)
    return viewOne(deps, tx, row)
  })

/** Monthly budgets of an organisation: to see, set, change and take away. */
export const budgetRoutes = (deps: BudgetRouteDeps): Route[] => [
  route(
    contract.budgets.list,
    async ({ params }) => {
      // Not inside a transaction: it would hold a connection while the shipper and leases need one.
      await deps.settleUp()
      return deps.database.transaction(async (tx) => ({
        items: await viewBudgets(tx, await listOwnBudgets(tx, params.organisationId), deps.clock.nowMs()),
      }))
    },
    'handler',
  ),
  create(deps),
  update(deps),
  route(contract.budgets.remove, async ({ tx, params, afterCommit }) => {
    const row = await requireBudget(tx, params.organisationId, params.budgetId)
    await removeBudget(tx, row.id)
    await record(deps, tx, `removed(${scopeOf(row)})`)
    afterCommit(deps.changed)
  }),
]
