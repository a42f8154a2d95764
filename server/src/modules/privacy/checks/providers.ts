import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { probeAcceptance } from './pool-limits.ts'

interface Gap extends Record<string, unknown> {
  readonly provider: string
  readonly calls: string
  readonly told: string
}

/** Calls that a provider saw since disclosures are recorded, by provider, day and organisation, against the record. */
const compare = async ({ database }: CheckedSystem): Promise<Gap[]> => {
  const { rows } = await database.direct.execute<Gap>(sql`
    with calls as (
      select provider, date_trunc('day', at, 'UTC') as day, organisation_id, count(*) as calls
      from usage_event
      where provider is not null and at >= (select applied_at from schema_migration where name = '0700-egress.sql')
      group by 1, 2, 3
    ), told as (
      select name, day, organisation_id, sum(times) as times from disclosure
      where ground = 'processor' and organisation_id is not null group by 1, 2, 3
    )
    select c.provider, sum(c.calls)::text as calls, sum(least(c.calls, coalesce(t.times, 0)))::text as told
    from calls c left join told t on t.name = c.provider and t.day = c.day and t.organisation_id = c.organisation_id
    group by c.provider`)
  return rows
}

/**
 * Reads how models of third parties are shown to callers, compares their calls with the record of disclosures, and has the
 * gateway choose from a pool with a company in it that was not accepted, and then was.
 */
export const providersNamed: Check<'provider-named'> = {
  name: 'providers',
  run: async (_rule, system) => {
    const models = (await system.configured(system.database.direct)).filter(
      ({ what, sending }) => what === 'model' && sending.recipient !== null,
    )
    const shown = new Map(system.shownModels().map(({ id, providers }) => [id, providers]))
    const unnamed = models.flatMap(({ name, sending }) => {
      const verdict = system.gates.egress.judge(sending)
      if (!verdict.allowed || verdict.party.kind === 'own') return []
      const wanted = verdict.party.recipient.name
      return shown.get(name)?.includes(wanted) === true
        ? []
        : [`callers of ${name} are not told that ${wanted} sees their requests`]
    })
    const gaps = await compare(system)
    const untold = gaps
      .filter(({ calls, told }) => calls !== told)
      .map(
        ({ provider, calls, told }) => `${calls} calls went to ${provider}, ${told} are in the record of disclosures`,
      )
    const calls = gaps.reduce((sum, one) => sum + Number(one.calls), 0)
    const pool = await probeAcceptance(system)
    const figure = `${count(models.length, 'server')} of third parties, ${count(calls, 'call')} compared with the record of disclosures, ${count(pool.tried, 'probe')} of a pool`
    const unseen = models.length === 0 ? 'no model of a third party is in the catalogue' : null
    return finding(models.length, [...unnamed, ...untold, ...pool.violations], figure, unseen)
  },
}
