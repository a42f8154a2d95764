import { createHash } from 'node:crypto'
import type { planView } from '@avow/contract'
import {
  type CompiledPolicy,
  type LintFinding,
  lintPlan,
  type Plan,
  type PlanSetting,
  parsePlan,
  planSettings,
  type RetentionClass,
} from '@avow/policy'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, deploymentPlan, MappedColumn, PlanSettings, Tx } from '../../../platform/db/index.ts'
import { isOrganisations, type PlacementGate } from '../../../platform/gates/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'

/** What the use cases of deployment plans share. */
export interface Plans {
  readonly database: Database
  readonly clock: Clock
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  readonly vault: Pick<Vault, 'sealFor' | 'openFor' | 'openMany'>
  readonly gates: { readonly placement: Pick<PlacementGate, 'here'> }
}

export interface LintedPlan {
  /** Null when it does not parse. */
  readonly plan: Plan | null
  readonly findings: readonly LintFinding[]
  readonly settings: readonly PlanSetting[]
}

/** A class of which no table has rows that are an organisation's cannot be promised to one. */
const withoutRows = ({ map }: Pick<Plans, 'map'>, plan: Plan): string[] => {
  const has = (name: string): boolean =>
    map.some(
      ({ table, retention }) =>
        retention.class === name && 'from' in retention && isOrganisations(map, table, []) !== null,
    )
  return Object.keys(plan.retention ?? {}).filter((name) => !has(name))
}

/** What is here already cannot be promised to be elsewhere. */
const elsewhere = ({ gates }: Pick<Plans, 'gates'>, { regions }: Plan): string | null => {
  const { here } = gates.placement
  if (regions === undefined || (here !== null && regions.includes(here))) return null
  return here === null ? 'this cloud does not say where it is' : `this cloud is in ${here}, and so is its data`
}

/** Lints a plan against the policy in force, the data map, and where this installation is. */
export const lintSource = (plans: Pick<Plans, 'policy' | 'map' | 'gates'>, source: string): LintedPlan => {
  const parsed = parsePlan(source)
  if (!parsed.ok)
    return { plan: null, findings: parsed.problems.map((one) => ({ ...one, severity: 'error' })), settings: [] }
  const { plan, locate } = parsed
  const unheld = withoutRows(plans, plan).map((name) => ({
    ...locate(['retention', name]),
    path: `retention.${name}`,
    severity: 'error' as const,
    message: `no table holds rows of one organisation under ${name}`,
    hint: 'take this line away: what is a person’s follows the policy',
  }))
  const away = elsewhere(plans, plan)
  const misplaced =
    away === null
      ? []
      : [
          {
            ...locate(['regions']),
            path: 'regions',
            severity: 'error' as const,
            message: away,
            hint: 'the operator says where with AVOW_REGION; a plan names that country, with others if it likes',
          },
        ]
  const findings = [...lintPlan(plan, plans.policy.source, locate), ...unheld, ...misplaced]
  return { plan, findings, settings: planSettings(plan, plans.policy.source) }
}

/** What gates read of a plan: words and durations of the policy language, nothing that a person wrote. */
export const settingsOf = (plan: Plan, settings: readonly PlanSetting[]): PlanSettings => {
  const periods = settings
    .filter(({ section }) => section === 'retention')
    .map(({ name, value }) => [name.slice('retention.'.length) as RetentionClass, value] as const)
  return {
    ...(periods.length === 0 ? {} : { retention: Object.fromEntries(periods) }),
    ...(plan.regions === undefined ? {} : { regions: plan.regions }),
    ...(plan.egress === undefined ? {} : { egress: plan.egress }),
    ...(plan.training === undefined ? {} : { training: plan.training }),
    ...(plan.support === undefined ? {} : { support: plan.support }),
    ...(plan.bodies === undefined ? {} : { bodies: plan.bodies }),
  }
}

export const hashSource = (source: string): string => createHash('sha256').update(source).digest('hex')

/** What the evidence log says of a plan; nothing to anybody without the salt. */
export const commitTo = (hash: string, salt: string): string =>
  createHash('sha256').update(`${hash}\n${salt}`).digest('hex')

export type PlanRow = typeof deploymentPlan.$inferSelect

const placeOf = (id: string) => ({ table: 'deployment_plan', column: 'sealed_source', row: id })

export const sealSource = ({ vault }: Pick<Plans, 'vault'>, id: string, organisationId: string, source: string) =>
  vault.sealFor(organisationId, placeOf(id), source)

export const openSource = (tx: Tx, { vault }: Pick<Plans, 'vault'>, row: PlanRow): Promise<string> =>
  vault.openFor(tx, row.organisationId, placeOf(row.id), row.sealedSource)

/** A plan as people read it, beside the policy as it is now. */
export const viewPlan = async (tx: Tx, plans: Plans, row: PlanRow): Promise<z.input<typeof planView>> => {
  const source = await openSource(tx, plans, row)
  const { plan, settings } = lintSource(plans, source)
  return {
    organisationId: row.organisationId,
    plan: plan?.plan ?? '',
    agreement: plan?.agreement ?? '',
    settings: [...settings],
    source,
    hash: row.hash,
    salt: row.salt,
    appliedAt: row.appliedAt.toISOString(),
    appliedBy: row.appliedBy,
  }
}
