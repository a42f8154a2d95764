import { sql } from 'drizzle-orm'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, Tx } from '../../platform/db/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import { microsOfPicos } from './price-usage.ts'

/** When spending is sudden. */
export interface SpendRule {
  /** So many times what is usual in an hour. */
  readonly times: number
  /** Less than this in an hour is never sudden; micro-units. */
  readonly floorMicros: bigint
}

/** A key or a project that spent far more in this hour than is usual for it. Micro-units. */
export interface SuddenSpend {
  readonly of: 'key' | 'project'
  readonly id: string
  readonly organisationId: string
  /** Its first instant. */
  readonly hour: Date
  readonly requests: number
  readonly spentMicros: bigint
  /** Mean of an hour of the days before. */
  readonly usualMicros: bigint
  readonly currency: string
}

const hourMs = 3_600_000
const usualHours = 7 * 24
const picosPerMicro = 1_000_000n

interface SpentRow extends Record<string, unknown> {
  readonly of: SuddenSpend['of']
  readonly id: string
  readonly projectId: string
  readonly organisationId: string
  readonly currency: string
  readonly requests: string
  readonly spent: string
  readonly before: string
}

/**
 * Finds who spends suddenly, from the sums by hour: first whoever is above the floor, then what is usual for these.
 * A project is left out where one of its keys stands for it.
 */
export const findSuddenSpends = async (tx: Tx, now: Date, rule: SpendRule): Promise<SuddenSpend[]> => {
  const hour = new Date(Math.floor(now.getTime() / hourMs) * hourMs)
  const since = new Date(hour.getTime() - usualHours * hourMs)
  const at = sql`${hour.toISOString()}::timestamptz`
  const { rows } = await tx.execute<SpentRow>(sql`
    with spent as (
      select case when grouping(key_id) = 0 then 'key' else 'project' end as of, coalesce(key_id, project_id) as id, project_id, organisation_id,
        currency, sum(requests)::text as requests, sum(cost_picos) as spent
      from usage_hour where hour = ${at}
      group by grouping sets ((project_id, organisation_id, currency, key_id), (project_id, organisation_id, currency))
      having sum(cost_picos) >= ${String(rule.floorMicros * picosPerMicro)}::numeric
    )
    select of, id, project_id as "projectId", organisation_id as "organisationId", currency, requests, spent::text as spent,
      (select coalesce(sum(cost_picos), 0)::text from usage_hour u where u.project_id = s.project_id and u.currency = s.currency
        and u.hour >= ${since.toISOString()}::timestamptz and u.hour < ${at} and (s.of = 'project' or u.key_id = s.id)) as before
    from spent s order by of, id`)
  const sudden = rows.filter(
    ({ spent, before }) => BigInt(spent) * BigInt(usualHours) > BigInt(before) * BigInt(rule.times),
  )
  const explained = new Set(sudden.filter((row) => row.of === 'key').map(({ projectId }) => projectId))
  return sudden
    .filter((row) => row.of === 'key' || !explained.has(row.id))
    .map(({ of, id, organisationId, currency, requests, spent, before }) => ({
      ...{ of, id, organisationId, hour, currency, requests: Number(requests) },
      spentMicros: microsOfPicos(BigInt(spent)),
      usualMicros: microsOfPicos(BigInt(before) / BigInt(usualHours)),
    }))
}

export interface SpendWatch {
  /** Null: nobody watches. */
  readonly rule: SpendRule | null
  /** Told each minute while it goes on. */
  readonly tell: (spend: SuddenSpend) => Promise<void>
}

/** Looks once a minute whether somebody spends suddenly. */
export const createSpendJob = (
  deps: { readonly database: Database; readonly clock: Clock; readonly flush: () => Promise<void> },
  { rule, tell }: SpendWatch,
): Job => ({
  name: 'billing-watch-spend',
  readsFor: ['billing'],
  cron: '* * * * *',
  run: async () => {
    if (rule === null) return
    await deps.flush()
    for (const spend of await findSuddenSpends(deps.database.direct, deps.clock.now(), rule)) await tell(spend)
  },
})
