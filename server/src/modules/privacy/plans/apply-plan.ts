import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { deploymentPlan, type Tx } from '../../../platform/db/index.ts'
import { actAndRecord, recordDecision } from '../../../platform/evidence/index.ts'
import { lockHolds } from '../../../platform/gates/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { commitTo, hashSource, lintSource, type PlanRow, type Plans, sealSource, settingsOf } from './plan.ts'

const refuse = (findings: ReturnType<typeof lintSource>['findings']): Refusal => {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const fields = errors.map(({ line, column, path, message, hint }) => ({
    path: path === '' ? 'source' : path,
    message: `line ${line}, column ${column}: ${message}${hint === null ? '' : ` (${hint})`}`,
  }))
  const first = fields[0]
  return new Refusal(
    'invalid_request',
    `The plan cannot be applied: ${first?.path}: ${first?.message}. The one before stays in force.`,
    { fields },
  )
}

const isUnknownOrganisation = (error: unknown): boolean => {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown }
  return code === '23503'
}

/**
 * Puts a plan in force for one organisation, in place of the one before, and records that.
 * @throws Refusal invalid_request when the policy does not let it; not_found without such an organisation
 */
export const applyPlan = async (
  plans: Plans,
  tx: Tx,
  wish: { organisationId: string; source: string; by: string | null },
): Promise<PlanRow> => {
  const { clock } = plans
  const { plan, findings, settings } = lintSource(plans, wish.source)
  if (plan === null || findings.some(({ severity }) => severity === 'error')) throw refuse(findings)
  // What is being destroyed now ends first: from here on every batch reads this plan.
  await lockHolds(tx)
  const id = newId('pln', clock)
  const salt = randomBytes(32).toString('hex')
  const hash = hashSource(wish.source)
  const set = {
    id,
    sealedSource: await sealSource(plans, id, wish.organisationId, wish.source),
    settings: settingsOf(plan, settings),
    hash,
    salt,
    appliedAt: clock.now(),
    appliedBy: wish.by,
  }
  const values = { organisationId: wish.organisationId, ...set }
  const [row] = await tx
    .insert(deploymentPlan)
    .values(values)
    .onConflictDoUpdate({ target: deploymentPlan.organisationId, set })
    .returning()
    .catch((error: unknown) => {
      throw isUnknownOrganisation(error) ? new Refusal('not_found', 'There is no such organisation.') : error
    })
  if (row === undefined) throw new Error('a plan was not written')
  const decision = { gate: 'plan', decision: 'done', rule: 'plan-applied', counted: settings.length } as const
  await recordDecision(tx, clock, { ...decision, commitment: commitTo(hash, salt) })
  return row
}

/** Ends a plan: the policy alone holds again. @throws Refusal not_found */
export const removePlan = async ({ clock }: Plans, tx: Tx, organisationId: string): Promise<void> => {
  await lockHolds(tx)
  const [row] = await tx.select().from(deploymentPlan).where(eq(deploymentPlan.organisationId, organisationId))
  if (row === undefined) throw new Refusal('not_found', 'This organisation has no plan.')
  await actAndRecord(tx, clock, sql`delete from deployment_plan where id = ${row.id}`, {
    gate: 'plan',
    decision: 'done',
    rule: 'plan-removed',
    commitment: commitTo(row.hash, row.salt),
  })
}
