/** What a plan sets beside the policy, and whether the policy lets it. Pure. */
import { addDuration, type Period, parseDuration, parsePeriod } from './duration.ts'
import type { LintFinding, Remark } from './lint-policy.ts'
import type { Plan } from './parse-plan.ts'
import type { Policy } from './parse-policy.ts'
import type { Path } from './source-position.ts'
import type { RetentionClass } from './vocabulary.ts'

export type PlanSection = 'retention' | 'regions' | 'egress' | 'training' | 'support' | 'bodies'

/** One thing that a plan sets. */
export interface PlanSetting {
  readonly section: PlanSection
  /** `retention.usage.inference`, `regions`... */
  readonly name: string
  /** In words of the plan. */
  readonly value: string
  /** What the policy says of the same. */
  readonly policy: string
  /** `different`: neither the same nor stricter; only an agreement can make it so. */
  readonly compared: 'same' | 'stricter' | 'different'
}

type Compared = PlanSetting['compared']

/** A year with a leap day and long months: longer in months is longer here. */
const anyDay = new Date('2027-12-31T00:00:00Z')

const endOf = (period: Period): number => (period === 'forever' ? Infinity : addDuration(anyDay, period).getTime())

const compare = (mine: number, policy: number): Compared => {
  if (mine === policy) return 'same'
  return mine < policy ? 'stricter' : 'different'
}

const retentionSettings = (plan: Plan, policy: Policy): PlanSetting[] =>
  Object.entries(plan.retention ?? {}).flatMap(([name, text]) => {
    const rule = policy.retention[name as RetentionClass]
    const [mine, theirs] = [parseDuration(text), rule === undefined ? null : parsePeriod(rule.period)]
    if (mine === null || theirs === null) return []
    const compared = compare(endOf(mine), endOf(theirs))
    return [
      {
        section: 'retention' as const,
        name: `retention.${name}`,
        value: mine.text,
        policy: theirs === 'forever' ? 'forever' : theirs.text,
        compared,
      },
    ]
  })

const within = (mine: readonly string[], theirs: readonly string[] | 'any'): Compared => {
  if (theirs === 'any') return 'stricter'
  if (!mine.every((one) => theirs.includes(one))) return 'different'
  return theirs.every((one) => mine.includes(one)) ? 'same' : 'stricter'
}

const trainingOrder = ['never', 'written-approval', 'opt-in'] as const

/** Everything that a plan sets, beside what the policy says. */
export function planSettings(plan: Plan, policy: Policy): PlanSetting[] {
  const settings = retentionSettings(plan, policy)
  const { allowed } = policy.regions
  if (plan.regions !== undefined)
    settings.push({
      section: 'regions',
      name: 'regions',
      value: plan.regions.join(', '),
      policy: allowed === 'any' ? 'any' : allowed.join(', '),
      compared: within(plan.regions, allowed),
    })
  const known = policy.recipients.map(({ id }) => id)
  if (plan.egress !== undefined)
    settings.push({
      section: 'egress',
      name: 'egress',
      value: plan.egress.join(', ') || 'nobody',
      policy: known.join(', ') || 'nobody',
      compared: within(plan.egress, known),
    })
  const { customerContent } = policy.training
  if (plan.training !== undefined)
    settings.push({
      section: 'training',
      name: 'training',
      value: plan.training,
      policy: customerContent,
      compared: compare(trainingOrder.indexOf(plan.training), trainingOrder.indexOf(customerContent)),
    })
  if (plan.support !== undefined)
    settings.push({
      section: 'support',
      name: 'support',
      value: plan.support,
      policy: 'as-policy',
      compared: plan.support === 'never' ? 'stricter' : 'same',
    })
  if (plan.bodies !== undefined)
    settings.push({
      section: 'bodies',
      name: 'bodies',
      value: plan.bodies,
      policy: 'as-policy',
      compared: plan.bodies === 'never' && policy.bodies.store !== 'never' ? 'stricter' : 'same',
    })
  return settings
}

/** What only the policy can set, whatever an agreement says: law keeps it, or it is about nobody. */
const cannotBeSet = (policy: Policy, name: RetentionClass): string | null => {
  const rule = policy.retention[name]
  if (rule === undefined) return `the policy keeps nothing under ${name}`
  if (name === 'system' || name === 'evidence' || name.startsWith('rights.'))
    return `${name} is about the cloud itself, not about one organisation`
  if (rule.exceptions?.includes('law') === true) return `law keeps ${name} for its own time`
  return null
}

const lintSection = (policy: Policy, section: PlanSection, path: Path): Remark[] => {
  const may = policy.plans?.mayNarrow ?? []
  if (may.includes(section)) return []
  const hint =
    may.length === 0
      ? 'the policy has no section `plans`; its operator can add one'
      : `the policy lets plans set ${may.join(', ')}`
  return [{ severity: 'error', path, message: `a plan may not set ${section} under this policy`, hint }]
}

const lintNames = (plan: Plan, policy: Policy): Remark[] => {
  const classes = Object.keys(plan.retention ?? {}).flatMap((name): Remark[] => {
    const why = cannotBeSet(policy, name as RetentionClass)
    return why === null
      ? []
      : [{ severity: 'error', path: ['retention', name], message: why, hint: 'take this line away' }]
  })
  const known = policy.recipients.map(({ id }) => id)
  const parties = (plan.egress ?? []).flatMap((id, index): Remark[] =>
    known.includes(id)
      ? []
      : [
          {
            severity: 'error',
            path: ['egress', index],
            message: `${id} is not among the recipients of the policy`,
            hint: known.length === 0 ? 'the policy has none' : `they are ${known.join(', ')}`,
          },
        ],
  )
  return [...classes, ...parties]
}

const lintDiffering = (plan: Plan, settings: readonly PlanSetting[]): Remark[] => {
  const said = plan.differs ?? []
  const needed = settings.filter(({ compared }) => compared === 'different')
  const unsaid = needed
    .filter(({ name }) => !said.includes(name))
    .map(
      ({ name, value, policy }): Remark => ({
        severity: 'error',
        path: name.startsWith('retention.') ? ['retention', name.slice('retention.'.length)] : [name],
        message: `${value} is not stricter than the policy, which says ${policy}`,
        hint: `where the agreement says so, add ${name} under \`differs\``,
      }),
    )
  const marked = said.map((name, index): Remark => {
    const setting = needed.find((one) => one.name === name)
    return setting === undefined
      ? {
          severity: 'error',
          path: ['differs', index],
          message: `${name} does not differ from the policy, or is not set`,
          hint: 'take this line away',
        }
      : {
          severity: 'advice',
          path: ['differs', index],
          message: `${name} follows ${plan.agreement}, not the policy: ${setting.value} in place of ${setting.policy}`,
          hint: null,
        }
  })
  return [...unsaid, ...marked]
}

/** Finds what a plan sets that it may not. One with an error cannot be applied. */
export function lintPlan(
  plan: Plan,
  policy: Policy,
  locate: (path: Path) => { line: number; column: number },
): LintFinding[] {
  const settings = planSettings(plan, policy)
  const sections = (['retention', 'regions', 'egress', 'training', 'support', 'bodies'] as const).filter(
    (section) => plan[section] !== undefined,
  )
  const remarks = [
    ...sections.flatMap((section) => lintSection(policy, section, [section])),
    ...lintNames(plan, policy),
    ...lintDiffering(plan, settings),
  ]
  return remarks
    .map((remark) => ({ ...remark, ...locate(remark.path), path: remark.path.join('.') }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}
