import { sql } from 'drizzle-orm'
import { type Check, count, finding } from '../check.ts'

/** The check runs every hour, so each hour is looked at more than once. */
const hours = 3

/** Adds up the records of calls of the last hours and compares them with the books, hour by hour and key by key. */
export const usageBooks: Check<'usage-metered'> = {
  name: 'usage-books',
  run: async (_rule, { clock, database }) => {
    const since = new Date(clock.nowMs() - hours * 3_600_000).toISOString()
    const { rows } = await database.direct.execute<{ calls: string; sums: string; wrong: string; twice: string }>(sql`
      with recent as (
        select * from usage_event where at >= date_trunc('hour', ${since}::timestamptz, 'UTC')
      ), calls as (
        select date_trunc('hour', at, 'UTC') as hour, project_id, key_id, model, currency,
          count(*) as requests, sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens, sum(prompt_tokens::numeric * prompt_micros_per_million + completion_tokens::numeric * completion_micros_per_million) as cost_picos
        from recent group by 1, 2, 3, 4, 5
      ), books as (
        select hour, project_id, key_id, model, currency, requests, prompt_tokens, completion_tokens, cost_picos
        from usage_hour where hour >= date_trunc('hour', ${since}::timestamptz, 'UTC')
      )
      select (select count(*) from recent) as calls, (select count(*) from books) as sums,
        (select count(*) - count(distinct id) from recent) as twice,
        (select count(*) from ((select * from calls except select * from books) union all (select * from books except select * from calls)) as d) as wrong`)
    const number = (name: 'calls' | 'sums' | 'wrong' | 'twice') => Number(rows[0]?.[name] ?? 0)
    const violations = [
      ...(number('wrong') > 0 ? [`${count(number('wrong'), 'sum')} differ between calls and books`] : []),
      ...(number('twice') > 0 ? [`${count(number('twice'), 'call')} counted twice`] : []),
    ]
    const figure = `${count(number('calls'), 'call')} of the last ${hours} hours against ${count(number('sums'), 'sum')} in the books, ${number('wrong')} differ`
    return finding(
      number('calls') + number('sums'),
      violations,
      figure,
      'the books agree with the calls; that the counts are the engine’s own is not checked while running',
    )
  },
}
