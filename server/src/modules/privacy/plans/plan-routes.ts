import { contract } from '@avow/contract'
import { and, desc, eq, lt, or } from 'drizzle-orm'
import { deploymentPlan, type Tx } from '../../../platform/db/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { applyPlan, removePlan } from './apply-plan.ts'
import { lintSource, type PlanRow, type Plans, viewPlan } from './plan.ts'
import type { PlanSystem } from './plan-look.ts'
import { reportPlan } from './report-plan.ts'

/** @throws Refusal not_found */
const findRow = async (tx: Tx, organisationId: string): Promise<PlanRow> => {
  const [row] = await tx.select().from(deploymentPlan).where(eq(deploymentPlan.organisationId, organisationId))
  if (row === undefined) throw new Refusal('not_found', 'This organisation has no plan.')
  return row
}

const list = (plans: Plans): Route =>
  route(contract.plans.list, async ({ tx, query }) => {
    const after = decodeCursor(query.cursor)
    const at = new Date(after?.atMs ?? 0)
    const { appliedAt, id } = deploymentPlan
    const older = or(lt(appliedAt, at), and(eq(appliedAt, at), lt(id, after?.id ?? '')))
    const rows = await tx
      .select()
      .from(deploymentPlan)
      .where(after === undefined ? undefined : older)
      .orderBy(desc(appliedAt), desc(id))
      .limit(query.limit + 1)
    const views = new Map(await Promise.all(rows.map(async (row) => [row.id, await viewPlan(tx, plans, row)] as const)))
    return toPage(
      rows.flatMap((row) => {
        const view = views.get(row.id)
        return view === undefined ? [] : [{ row, view }]
      }),
      query.limit,
      ({ row }) => ({ atMs: row.appliedAt.getTime(), id: row.id }),
      ({ view }) => view,
    )
  })

const report = (plans: Plans & PlanSystem): Route =>
  route(contract.plans.report, async ({ tx, params }) => {
    const row = await findRow(tx, params.organisationId)
    const view = await viewPlan(tx, plans, row)
    const clauses = await reportPlan(plans, { ...row, agreement: view.agreement, shown: [...view.settings] })
    const inState = (state: string): number => clauses.filter((one) => one.state === state).length
    return {
      organisationId: view.organisationId,
      plan: view.plan,
      agreement: view.agreement,
      checkedAt: plans.clock.now().toISOString(),
      summary: { kept: inState('kept'), broken: inState('broken'), unproven: inState('unproven') },
      clauses,
    }
  })

/** What agreements of single organisations set within, or beside, the policy. */
export const planRoutes = (plans: Plans & PlanSystem): readonly Route[] => [
  list(plans),
  route(contract.plans.lint, async ({ body }) => {
    const { plan, findings, settings } = lintSource(plans, body.source)
    return { plan: plan?.plan ?? null, findings: [...findings], settings: [...settings] }
  }),
  route(contract.plans.show, async ({ tx, params }) => viewPlan(tx, plans, await findRow(tx, params.organisationId))),
  route(contract.plans.own, async ({ tx, params }) => viewPlan(tx, plans, await findRow(tx, params.organisationId))),
  route(contract.plans.apply, async ({ tx, caller, params, body }) =>
    viewPlan(tx, plans, await applyPlan(plans, tx, { ...params, ...body, by: caller.personId })),
  ),
  route(contract.plans.remove, async ({ tx, params }) => {
    await removePlan(plans, tx, params.organisationId)
  }),
  report(plans),
]
