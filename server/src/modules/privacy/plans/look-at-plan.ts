import { setTimeout as sleep } from 'node:timers/promises'
import type { PlanSetting, RetentionClass } from '@avow/policy'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { PlacementRefusal, ServedBy } from '../../placement/index.ts'
import { count } from '../check.ts'
import { lookAtBodies } from './look-at-bodies.ts'
import { lookAtRows } from './look-at-rows.ts'
import { lookAtSupport } from './look-at-support.ts'
import { lookAtTraining } from './look-at-training.ts'
import { type Look, type PlanInForce, type PlanSystem, settledMs } from './plan-look.ts'

/** What a gateway says to a model of this kind for the organisation. */
export type AskGateway = (served: ServedBy) => PlacementRefusal | null | Promise<PlacementRefusal | null>

/** A gateway hears of a change within a second. */
const hearingMs = 1000

const sampleCountries = ['US', 'TW', 'SG', 'IN', 'DE', 'FR', 'GB', 'IE', 'JP', 'BR', 'ZA', 'NZ', null]

/** Asks once more after the time in which a change must be heard. @returns those that are let through */
const letThrough = async (
  offered: readonly ServedBy[],
  ask: AskGateway,
  isStopped: (refusal: PlacementRefusal | null) => boolean,
): Promise<ServedBy[]> => {
  const tryAll = async (): Promise<ServedBy[]> => {
    const found: ServedBy[] = []
    for (const served of offered) if (!isStopped(await ask(served))) found.push(served)
    return found
  }
  const first = await tryAll()
  if (first.length === 0) return []
  await sleep(hearingMs)
  return tryAll()
}

interface Sent extends Record<string, unknown> {
  readonly recipient: string
  readonly country: string | null
}

/** Whereto something of the organisation went since the plan is in force. */
const sentSince = async (tx: Tx, { organisationId, appliedAt }: PlanInForce): Promise<readonly Sent[]> => {
  const since = new Date(appliedAt.getTime() + settledMs).toISOString()
  const { rows } = await tx.execute<Sent>(
    sql`select distinct recipient, country from disclosure where ground = 'processor' and organisation_id = ${organisationId} and last_at > ${since}::timestamptz`,
  )
  return rows
}

const nameAll = (places: readonly { readonly country: string | null }[]): string =>
  places.map(({ country }) => country ?? 'a place that nobody states').join(', ')

const lookAtRegions = async (system: PlanSystem, plan: PlanInForce, ask: AskGateway): Promise<Look> => {
  const { here } = system.gates.placement
  const regions = plan.settings.regions ?? []
  const offered = sampleCountries
    .filter((country) => country === null || !regions.includes(country))
    .map((country) => ({ country, recipient: null, provider: null }))
  const passed = await letThrough(offered, ask, (refusal) => refusal?.kind === 'region')
  const sent = await sentSince(system.database.direct, plan)
  const astray = sent.filter(({ country }) => country === null || !regions.includes(country))
  return {
    check: 'planned-regions',
    looked: offered.length,
    violations: [
      ...(passed.length > 0 ? [`a model in ${nameAll(passed)} may answer it`] : []),
      ...(astray.length > 0 ? [`its data went to ${nameAll(astray)}`] : []),
      ...(here === null || regions.includes(here) ? [] : [`this installation, with its data, is in ${here}`]),
    ],
    figure: `this installation says ${here ?? 'nothing of where it is'}; ${offered.length} other places offered to the gateway; ${count(sent.length, 'party')} that got its data looked at`,
    unseen: here === null ? 'AVOW_REGION does not say where this is' : null,
  }
}

const lookAtEgress = async (system: PlanSystem, plan: PlanInForce, ask: AskGateway): Promise<Look> => {
  const allowed = plan.settings.egress ?? []
  const others = system.policy.source.recipients.filter(({ id }) => !allowed.includes(id))
  // One that no policy names is refused by the same gate, also where the policy has nobody.
  const offered = [...others, { id: 'a-recipient-of-a-trial', name: 'nobody', country: system.gates.placement.here }]
  const served = offered.map(({ id, name, country = null }) => ({ country, recipient: id, provider: name }))
  // A plan's regions may have stopped it before.
  const passed = await letThrough(served, ask, (refusal) => refusal !== null && refusal.kind !== 'provider')
  const sent = await sentSince(system.database.direct, plan)
  const astray = sent.filter(({ recipient }) => !allowed.includes(recipient))
  return {
    check: 'planned-recipients',
    looked: offered.length,
    violations: [
      ...passed.map(({ recipient }) => `a model of ${recipient} may answer it once it is accepted`),
      ...astray.map(({ recipient }) => `${recipient} got its data`),
    ],
    figure: `${count(offered.length, 'other recipient')} offered to the gateway; ${count(sent.length, 'party')} that got its data looked at`,
    unseen: null,
  }
}

const lookAtRetention = async (system: PlanSystem, plan: PlanInForce, name: RetentionClass): Promise<Look> => {
  const period = plan.settings.retention?.[name]
  const wanted = { organisationId: plan.organisationId, class: name, period: period ?? 'PT0S' }
  const scope = { ...system, tables: system.gates.retention.tables }
  const { tables, rows, late } = await lookAtRows(system.database.direct, scope, wanted)
  return {
    check: 'planned-rows',
    looked: rows,
    violations: period === undefined ? [`the retention gate knows no period of it for ${name}`] : late,
    figure: `${late.length} of ${count(tables, 'table')} with rows past due, ${count(rows, 'row')} looked at`,
    unseen: rows === 0 ? 'there are no rows of this organisation to look at yet' : null,
  }
}

/** Looks whether one setting of a plan holds. @param ask what the gateway has in memory, without it */
export const lookAtPlan = (
  system: PlanSystem,
  plan: PlanInForce,
  { section, name }: Pick<PlanSetting, 'section' | 'name'>,
  ask: AskGateway = (served) => system.limits.judge(plan.organisationId, served),
): Promise<Look> => {
  switch (section) {
    case 'retention':
      return lookAtRetention(system, plan, name.slice('retention.'.length) as RetentionClass)
    case 'regions':
      return lookAtRegions(system, plan, ask)
    case 'egress':
      return lookAtEgress(system, plan, ask)
    case 'training':
      return lookAtTraining(system, plan)
    case 'support':
      return lookAtSupport(system, plan)
    case 'bodies':
      return lookAtBodies(system, plan)
  }
}
