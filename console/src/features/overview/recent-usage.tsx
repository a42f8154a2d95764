import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { usageQuery } from '../../app/queries.ts'
import { count, money } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Figure, Section } from '../../ui/page.tsx'
import { fillTimes, startOfDay, tokensOf } from '../usage/usage-rows.ts'

const days = 14

const Bars = ({ values, label }: { values: readonly { at: string; tokens: number }[]; label: string }) => {
  const most = Math.max(1, ...values.map(({ tokens }) => tokens))
  return (
    <div role="img" aria-label={label}>
      <ul className="bars" aria-hidden>
        {values.map(({ at, tokens }) => (
          <li
            key={at}
            data-empty={tokens === 0}
            style={{ height: `${(tokens / most) * 100}%` }}
            title={`${at.slice(0, 10)}: ${count(tokens)} tokens`}
          />
        ))}
      </ul>
    </div>
  )
}

/** The last two weeks at a glance. */
export const RecentUsage = () => {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/' })
  // The end is the next full hour, so that the same question is asked (and remembered) for a while.
  const range = useMemo(() => {
    const until = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000)
    const since = startOfDay(new Date(until.getTime() - (days - 1) * 86_400_000))
    return { since: since.toISOString(), until: until.toISOString(), groupBy: 'day' as const }
  }, [])
  const { data, error, refetch } = useQuery(usageQuery(useApi(), { projectId }, range))
  const totals = data?.totals
  const values = fillTimes(data?.rows ?? [], range).map((row) => ({ at: row.at, tokens: tokensOf(row) }))
  return (
    <Section
      title={`Last ${days} days`}
      actions={
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/projects/$projectId/usage" params={{ projectId }} search={{}} {...props} />}
        >
          All usage
        </Anchor>
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      <div className="usage-glance">
        <dl className="figures">
          <Figure name="Requests" value={totals ? count(totals.requests) : '–'} />
          <Figure name="Tokens" value={totals ? count(totals.promptTokens + totals.completionTokens) : '–'} />
          <Figure name="Cost" value={data ? money(data.totals.costMicros, data.currency) : '–'} />
        </dl>
        <Bars values={values} label={`Tokens a day over the last ${days} days`} />
      </div>
    </Section>
  )
}
