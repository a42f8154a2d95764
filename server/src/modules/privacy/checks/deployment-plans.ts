import { isDeepStrictEqual } from 'node:util'
import { sql } from 'drizzle-orm'
import { deploymentPlan, type Tx } from '../../../platform/db/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import type { ServedBy } from '../../placement/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { applyPlan, hashSource, lintSource, lookAtPlan, openSource, settingsOf, writePlan } from '../plans/index.ts'
import { withPeople } from '../probe-people.ts'

const hourMs = 3_600_000
/** A country in which nothing is. */
const elsewhere = 'AQ'
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

/** Binds an organisation of its own with every other section, asks each gate, and sees that nobody else is bound. */
const probeSections = (system: CheckedSystem): Promise<Probe> =>
  withPeople(system, async ({ tx, database, join }) => {
    const [bound, free] = [await join(), await join()]
    const sections = (system.policy.source.plans?.mayNarrow ?? []).filter((section) => section !== 'retention')
    const region = system.gates.placement.here ?? elsewhere
    const settings = { regions: [region], egress: [], training: 'never', support: 'never', bodies: 'never' } as const
    const { organisationId } = bound
    await writePlan(system, tx, { organisationId, source: planText(), by: null }, settings)
    const plan = { organisationId, appliedAt: system.clock.now(), settings }
    const ask = (of: string) => (served: ServedBy) => system.limits.judgeIn(tx, of, served)
    const violations: string[] = []
    let looked = 0
    for (const section of sections) {
      const look = await lookAtPlan({ ...system, database }, plan, { section, name: section }, ask(organisationId))
      looked += look.looked
      violations.push(...look.violations.map((words) => `under a plan of a trial ${words}`))
    }
    const isBound = await ask(free.organisationId)({ country: elsewhere, recipient: null, provider: null })
    const { by } = await system.gates.training.levelOf(tx, free.organisationId)
    if (isBound !== null || by === 'plan') violations.push('the plan of one organisation binds another')
    return { looked: looked + 1, violations }
  })

/** Looks at every plan in force: what gates read must be what was agreed, and the policy must still let it be. */
const lookAtPlans = async (system: CheckedSystem): Promise<Probe & { readonly plans: number }> => {
  const violations: string[] = []
  let looked = 0
  const plans = await system.database.direct.select().from(deploymentPlan)
  for (const row of plans) {
    const source = await openSource(system.database.direct, system, row)
    const { plan, findings, settings } = lintSource(system, source)
    const error = findings.find(({ severity }) => severity === 'error')
    if (plan === null || error !== undefined) {
      violations.push(`a plan in force sets what it may not: ${error?.path}: ${error?.message}`)
      continue
    }
    const isAgreed = hashSource(source) === row.hash && isDeepStrictEqual(settingsOf(plan, settings), row.settings)
    if (!isAgreed) violations.push(`what gates read of plan ${plan.plan} is not what was applied`)
    for (const setting of settings) {
      const look = await lookAtPlan(system, row, setting)
      looked += look.looked
      violations.push(...look.violations.map((words) => `plan ${plan.plan}: ${words}`))
    }
  }
  return { looked, violations, plans: plans.length }
}

/** Applies plans of its own, then looks at those in force. */
export const deploymentPlans: Check<'plans-narrow'> = {
  name: 'deployment-plans',
  run: async (_rule, system) => {
    const [kept, bound, stored] = [await probeGate(system), await probeSections(system), await lookAtPlans(system)]
    const trials = kept.looked + bound.looked
    const figure = `${trials} trials of plans; ${count(stored.plans, 'plan')} in force, ${count(stored.looked, 'row')} and trials under them`
    return finding(trials + stored.looked, [...kept.violations, ...bound.violations, ...stored.violations], figure)
  },
}
