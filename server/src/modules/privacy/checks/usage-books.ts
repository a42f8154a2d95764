import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { EngineCounts } from '../../inference/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { withCalls } from '../probe-calls.ts'
import { findErased } from '../rights/index.ts'

/** The check runs every hour, so each hour is looked at more than once. */
const hours = 3

const someCounts = (): EngineCounts => ({ promptTokens: randomInt(1, 5000), completionTokens: randomInt(1, 5000) })

const show = ({ promptTokens, completionTokens }: EngineCounts): string => `${promptTokens}+${completionTokens}`

const total = (calls: readonly EngineCounts[], name: keyof EngineCounts): number =>
  calls.reduce((sum, call) => sum + call[name], 0)

/** Calls the real gateway, plain and as a stream, and compares what an engine counted with what stands in the books. */
const callAndCompare = (system: CheckedSystem): Promise<{ calls: number; violations: string[] }> =>
  withCalls(system, someCounts, async ({ chat, counted, booked }) => {
    let answered = 0
    for (const stream of [false, true, false, true]) if ((await chat('probe', stream)).status === 200) answered += 1
    const { calls, sums } = await booked()
    const [wanted, found] = [counted.map(show), calls.map(show)]
    const isSummed =
      sums.requests === counted.length &&
      sums.promptTokens === total(counted, 'promptTokens') &&
      sums.completionTokens === total(counted, 'completionTokens')
    const violations = [
      ...(answered === wanted.length && answered > 0 ? [] : [`${answered} of ${wanted.length} calls answered`]),
      ...(found.length === wanted.length
        ? []
        : [`${count(wanted.length, 'call')} made, ${count(found.length, 'call')} in the books`]),
      ...(found.every((one, at) => one === wanted[at]) ? [] : ['the books differ from what the engine counted']),
      ...(isSummed ? [] : ['the hourly sums differ from what the engine counted']),
    ]
    return { calls: wanted.length, violations }
  })

interface Compared extends Record<string, unknown> {
  readonly calls: string
  readonly sums: string
  readonly twice: string
  /** One entry for each sum that differs: whose it is. */
  readonly differing: readonly string[] | null
}

/** Compares the records of the last hours with the books, key by key. The books of who was erased outlive their calls. */
const compare = async (
  system: CheckedSystem,
): Promise<{ calls: number; sums: number; twice: number; wrong: number }> => {
  const { clock, database } = system
  const since = new Date(clock.nowMs() - hours * 3_600_000).toISOString()
  const { rows } = await database.direct.execute<Compared>(sql`
    with recent as (
      select * from usage_event where at >= date_trunc('hour', ${since}::timestamptz, 'UTC')
    ), calls as (
      select date_trunc('hour', at, 'UTC') as hour, organisation_id, project_id, key_id, model, currency,
        count(*) as requests, sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens, sum(prompt_tokens::numeric * prompt_micros_per_million + completion_tokens::numeric * completion_micros_per_million) as cost_picos
      from recent group by 1, 2, 3, 4, 5, 6
    ), books as (
      select hour, organisation_id, project_id, key_id, model, currency, requests, prompt_tokens, completion_tokens, cost_picos
      from usage_hour where hour >= date_trunc('hour', ${since}::timestamptz, 'UTC')
    )
    select (select count(*) from recent) as calls, (select count(*) from books) as sums,
      (select count(*) - count(distinct id) from recent) as twice,
      (select array_agg(organisation_id) from ((select * from calls except select * from books) union all (select * from books except select * from calls)) as d) as differing`)
  const [row] = rows
  const differing = row?.differing ?? []
  const gone = await findErased(system, database.direct, [...new Set(differing)])
  return {
    calls: Number(row?.calls ?? 0),
    sums: Number(row?.sums ?? 0),
    twice: Number(row?.twice ?? 0),
    wrong: differing.filter((id) => !gone.has(id)).length,
  }
}

/** Has the gateway book calls of a probe; then compares the records of the last hours with the books, key by key. */
export const usageBooks: Check<'usage-metered'> = {
  name: 'usage-books',
  run: async (_rule, system) => {
    const probed = await callAndCompare(system)
    const { calls, sums, twice, wrong } = await compare(system)
    const violations = [
      ...probed.violations,
      ...(wrong > 0 ? [`${count(wrong, 'sum')} differ between calls and books`] : []),
      ...(twice > 0 ? [`${count(twice, 'call')} counted twice`] : []),
    ]
    const figure = `${count(probed.calls, 'call')} of a probe followed into the books, ${count(calls, 'call')} of the last ${hours} hours against ${count(sums, 'sum')} in the books, ${wrong} differ`
    return finding(probed.calls + calls + sums, violations, figure)
  },
}
