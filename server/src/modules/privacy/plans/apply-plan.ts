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

interface Wish {
  readonly organisationId: string
  readonly source: string
  /** Null: nobody who is still known. */
  readonly by: string | null
}

/** Writes a plan in place of the one before. @throws Refusal not_found without such an organisation */
export const writePlan = async (
  plans: Pick<Plans, 'clock' | 'vault'>,
  tx: Tx,
  { organisationId, source, by }: Wish,
  settings: PlanRow['settings'],
): Promise<PlanRow> => {
  const id = newId('pln', plans.clock)
  const set = {
    id,
    sealedSource: await sealSource(plans, id, organisationId, source),
    settings,
    hash: hashSource(source),
    salt: randomBytes(32).toString('hex'),
    appliedAt: plans.clock.now(),
    appliedBy: by,
  }
  const [row] = await tx
    .insert(deploymentPlan)
    .values({ organisationId, ...set })
    .onConflictDoUpdate({ target: deploymentPlan.organisationId, set })
    .returning()
    .catch((error: unknown) => {
      throw isUnknownOrganisation(error) ? new Refusal('not_found', 'There is no such organisation.') : error
    })
  if (row === undefined) throw new Error('a plan was not written')
  return row
}

/**
 * Puts a plan in force for one organisation, in place of the one before, and records that.
 * @throws Refusal invalid_request when the policy does not let it; not_found without such an organisation
 */
export const applyPlan = async (plans: Plans, tx: Tx, wish: Wish): Promise<PlanRow> => {
  const { clock } = plans
  const { plan, findings, settings } = lintSource(plans, wish.source)
  if (plan === null || findings.some(({ severity }) => severity === 'error')) throw refuse(findings)
  // What is being destroyed now ends first: from here on every batch reads this plan.
  await lockHolds(tx)
  const row = await writePlan(plans, tx, wish, settingsOf(plan, settings))
  const decision = { gate: 'plan', decision: 'done', rule: 'plan-applied', counted: settings.length } as const
  await recordDecision(tx, clock, { ...decision, commitment: commitTo(row.hash, row.salt) })
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
