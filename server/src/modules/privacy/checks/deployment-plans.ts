import { isDeepStrictEqual } from 'node:util'
import type { RetentionClass } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { deploymentPlan, type Tx } from '../../../platform/db/index.ts'
import { obeyedSections } from '../../../platform/gates/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { applyPlan, hashSource, lintSource, lookAtRows, openSource, settingsOf } from '../plans/index.ts'
import { withPeople } from '../probe-people.ts'

const hourMs = 3_600_000
const longAgo = new Date('1971-01-01T00:00:00Z')

const planText = (...lines: string[]): string => ['plan: probe', 'agreement: a probe', ...lines].join('\n')

/** What no agreement can make a plan do. */
const overreaching = [
  planText('retention: { billing: PT1H }', 'differs: [retention.billing]'),
  planText('retention: { evidence: PT1H }'),
  planText('egress: [a-party-that-nobody-named]', 'differs: [egress]'),
  planText('retention: { usage.inference: P99Y }'),
]

interface Probe {
  readonly looked: number
  readonly violations: readonly string[]
}

const isRefused = async (tx: Tx, system: CheckedSystem, organisationId: string, source: string) => {
  try {
    await tx.transaction((inner) => applyPlan(system, inner, { organisationId, source, by: null }))
    return false
  } catch (error) {
    if (error instanceof Refusal) return true
    throw error
  }
}

/**
 * Applies plans to two organisations of its own and looks which rows the retention gate would then remove: one stricter
 * than the policy, one that keeps for longer, and a third organisation with none.
 */
const probeGate = (system: CheckedSystem): Promise<Probe> =>
  withPeople(system, async ({ tx, join }) => {
    const [strict, long, none] = [await join(), await join(), await join()]
    const refused: string[] = []
    for (const source of overreaching) {
      if (!(await isRefused(tx, system, strict.organisationId, source)))
        refused.push(`a plan was applied that the policy does not let be: ${source.split('\n')[2]}`)
    }
    const of = system.gates.retention.tables.find(({ table }) => table === 'usage_event')
    if (of === undefined || system.policy.source.plans?.mayNarrow.includes('retention') !== true)
      return { looked: overreaching.length, violations: refused }
    const apply = (who: typeof strict, ...lines: string[]) =>
      applyPlan(system, tx, { organisationId: who.organisationId, source: planText(...lines), by: null })
    await apply(strict, 'retention: { usage.inference: PT1H }')
    await apply(long, 'retention: { usage.inference: P99Y }', 'differs: [retention.usage.inference]')
    for (const hidden of ['usage_event', 'legal_hold'].map((table) => sql.identifier(table)))
      await tx.execute(sql`create temporary table ${hidden} on commit drop as select * from public.${hidden} limit 0`)
    const dueAfter = async (who: typeof strict, at: Date): Promise<number> => {
      await tx.execute(
        sql`insert into usage_event (organisation_id, at) values (${who.organisationId}, ${at.toISOString()}::timestamptz)`,
      )
      return system.gates.retention.overdue(tx, of)
    }
    const recent = new Date(system.clock.nowMs() - 2 * hourMs)
    const expected: readonly (readonly [number, number, string])[] = [
      [await dueAfter(none, recent), 0, 'a row that no plan is about is removed before the policy says'],
      [await dueAfter(strict, recent), 1, 'a row past the period of its organisation’s plan stays'],
      [await dueAfter(long, longAgo), 1, 'a row that its organisation’s plan keeps for longer is removed'],
      [await dueAfter(none, longAgo), 2, 'the plan of one organisation keeps a row of another'],
    ]
    const wrong = expected.filter(([found, wanted]) => found !== wanted).map(([, , words]) => words)
    return { looked: overreaching.length + expected.length, violations: [...refused, ...wrong] }
  })

/** Looks at every plan in force: what gates read must be what was agreed, and the policy must still let it be. */
const lookAtPlans = async (system: CheckedSystem): Promise<Probe & { readonly rows: number }> => {
  const { direct } = system.database
  const scope = { ...system, tables: system.gates.retention.tables }
  const violations: string[] = []
  let rows = 0
  const plans = await direct.select().from(deploymentPlan)
  for (const row of plans) {
    const source = await openSource(system, row)
    const { plan, findings, settings } = lintSource(system, source)
    const error = findings.find(({ severity }) => severity === 'error')
    if (plan === null || error !== undefined) {
      violations.push(`a plan in force sets what it may not: ${error?.path}: ${error?.message}`)
      continue
    }
    const isAgreed = hashSource(source) === row.hash && isDeepStrictEqual(settingsOf(plan, settings), row.settings)
    if (!isAgreed) violations.push(`what gates read of plan ${plan.plan} is not what was applied`)
    for (const [name, period] of Object.entries(row.settings.retention ?? {})) {
      const wanted = { organisationId: row.organisationId, class: name as RetentionClass, period }
      const found = await lookAtRows(direct, scope, wanted)
      rows += found.rows
      violations.push(...found.late.map((late) => `plan ${plan.plan}: ${late}`))
    }
  }
  return { looked: plans.length, violations, rows }
}

/** Applies plans of its own, then looks at those in force. */
export const deploymentPlans: Check<'plans-narrow'> = {
  name: 'deployment-plans',
  run: async (_rule, system) => {
    const [probed, stored] = [await probeGate(system), await lookAtPlans(system)]
    const promised = system.policy.source.plans?.mayNarrow ?? []
    const missing = promised.filter((section) => !obeyedSections.has(section))
    const figure = `${probed.looked} trials of plans; ${count(stored.looked, 'plan')} in force, ${count(stored.rows, 'row')} under them looked at`
    return finding(
      probed.looked + stored.looked,
      [...probed.violations, ...stored.violations],
      figure,
      missing.length === 0 ? null : `no gate obeys yet what a plan says of ${missing.join(', ')}`,
    )
  },
}
