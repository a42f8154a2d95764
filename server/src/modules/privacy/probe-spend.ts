import { and, eq, sql } from 'drizzle-orm'
import { mailOutbox } from '../../platform/db/index.ts'
import { findSuddenSpends, type SuddenSpend } from '../billing/index.ts'
import { createCallLimits } from '../inference/index.ts'
import { securityAlert } from './alerts/tables.ts'
import { createThrottles, listThrottles, recordSpend } from './blocks/index.ts'
import { addressBlock } from './blocks/tables.ts'
import type { CheckedSystem } from './check.ts'
import { type ProbePerson, type ProbeWorld, withModule } from './probe-people.ts'

const hourMs = 3_600_000
const usualPicos = 1_000_000_000_000n
const floorMicros = 2_000_000n

/** Plants what a key spends: the same in each hour of two days, and something in this one. */
const plantSpending = async (
  { tx }: ProbeWorld,
  { clock }: CheckedSystem,
  { organisationId, projectId }: ProbePerson,
  keyId: string,
  nowPicos: bigint,
): Promise<void> => {
  const hour = Math.floor(clock.nowMs() / hourMs) * hourMs
  const hours = Array.from({ length: 7 * 24 + 1 }, (_, back) => new Date(hour - back * hourMs).toISOString())
  await tx.execute(sql`
    insert into usage_hour (hour, organisation_id, project_id, key_id, model, currency, requests, failed_requests, prompt_tokens, completion_tokens, cost_picos)
    select hour, ${organisationId}, ${projectId}, ${keyId}, 'probe', 'EUR', 5, 0, 5, 5, case when hour = ${hours[0]}::timestamptz then ${String(nowPicos)}::numeric else ${String(usualPicos)}::numeric end
    from unnest(${sql.param(hours)}::timestamptz[]) as h (hour)`)
}

const keyOf = async (world: ProbeWorld, { projectId, token }: ProbePerson): Promise<string> => {
  const made = await world.request('POST', `/projects/${projectId}/keys`, { token, body: { name: 'probe' } })
  return (made.body as { id: string }).id
}

/** How many of more calls than a throttle allows in a minute a key may begin at once. */
const callsOf = async (
  world: ProbeWorld,
  system: CheckedSystem,
  { projectId, organisationId }: ProbePerson,
  keyId: string,
) => {
  const throttles = createThrottles(system.clock)
  throttles.take(await listThrottles(world.tx, system.clock.now()))
  const limits = createCallLimits(undefined, throttles)
  const key = { keyId, projectId, organisationId, state: 'active', expiresAtMs: null, allowedModels: null } as const
  const anything = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null }
  const tries = 2 + (system.spendRules.throttle?.requestsPerMinute ?? 0)
  const refusals = Array.from({ length: tries }, () => limits.admit({ ...key, ...anything }, 1, 0).refusal)
  return { tries, refused: refusals.filter((refusal) => refusal?.code === 'spend_slowed_down').length }
}

interface Met {
  readonly thief: ProbePerson
  readonly keyId: string
  readonly other: { readonly person: ProbePerson; readonly keyId: string }
}

/** What stands of it afterwards: the decision with its inputs, its effect, and a person's review. */
const lookAtThrottle = async (
  world: ProbeWorld,
  system: CheckedSystem,
  met: Met,
  spend: SuddenSpend,
): Promise<string[]> => {
  const { throttle } = system.spendRules
  if (throttle === null) return []
  const [row] = await world.tx.select().from(addressBlock).where(eq(addressBlock.aboutId, met.keyId))
  const hasInputs = row?.spentMicros === spend.spentMicros && row.usualMicros === spend.usualMicros
  const [slow, free] = [
    await callsOf(world, system, met.thief, met.keyId),
    await callsOf(world, system, met.other.person, met.other.keyId),
  ]
  const asked = row && (await world.request('POST', `/blocks/${row.id}/review`))
  if (row) await world.tx.update(addressBlock).set({ liftedAt: system.clock.now() }).where(eq(addressBlock.id, row.id))
  return [
    ...(hasInputs ? [] : ['a key is slowed down without a record of what it went by']),
    ...(slow.refused === slow.tries - throttle.requestsPerMinute
      ? []
      : ['a key that spends suddenly goes on as fast as before']),
    ...(free.refused === 0 ? [] : ['a key that spends as usual is slowed down']),
    ...(asked?.status === 200 ? [] : ['nobody can ask for a review of what slowed a key down']),
    ...((await callsOf(world, system, met.thief, met.keyId)).refused === 0 ? [] : ['what a person lifted goes on']),
  ]
}

const meet = async (world: ProbeWorld, system: CheckedSystem, met: Met): Promise<string[]> => {
  const { clock, spendRules } = system
  const found = await findSuddenSpends(world.tx, clock.now(), { times: spendRules.times, floorMicros })
  const spend = found.find(({ id }) => id === met.keyId)
  const wrong = found.some(({ id }) => id === met.other.keyId || id === met.other.person.projectId)
  const violations = wrong ? ['spending as usual counts as sudden'] : []
  if (spend === undefined) return [...violations, 'nobody notices a key that spends far more than is usual for it']
  const { accounts } = world.identity.api
  const deps = { ...system, database: world.database, accounts, publicUrl: () => 'http://127.0.0.1' }
  const isFirst = await recordSpend(deps, spend)
  const isAgain = await recordSpend(deps, spend)
  const about = and(eq(securityAlert.kind, 'sudden-spend'), eq(securityAlert.aboutId, met.keyId))
  const mails = await world.tx.$count(mailOutbox, sql`kind = 'budget' and about = ${met.thief.personId}`)
  return [
    ...violations,
    ...(isFirst && (await world.tx.$count(securityAlert, about)) === 1 ? [] : ['sudden spending raises no alert']),
    ...(isAgain || mails > 1 ? ['sudden spending is told of again and again'] : []),
    ...(mails === 0 ? ['the owner of a key is not told that it spends suddenly'] : []),
    ...(await lookAtThrottle(world, system, met, spend)),
  ]
}

export interface SpendFound {
  readonly violations: readonly string[]
  /** What the settings switch off, in words; null: nothing. */
  readonly off: string | null
}

/** A key that spends far more than is usual for it, and one that spends as ever, in a world of which nothing remains. */
export const probeSpend = async (system: CheckedSystem): Promise<SpendFound> => {
  const { times } = system.spendRules
  if (times === 0) return { violations: [], off: 'nobody watches for sudden spending (AVOW_SPEND_TIMES is 0)' }
  return withModule(system, async (world) => {
    const [thief, person] = [await world.join(), await world.join()]
    const [keyId, usual] = [await keyOf(world, thief), await keyOf(world, person)]
    await plantSpending(world, system, thief, keyId, usualPicos * BigInt(times * 2 + 2))
    await plantSpending(world, system, person, usual, usualPicos)
    return { violations: await meet(world, system, { thief, keyId, other: { person, keyId: usual } }), off: null }
  })
}
