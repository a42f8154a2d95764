import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { type UsageFilter, usageQuery } from '../../app/queries.ts'
import { useScope } from '../../app/use-scope.ts'
import type { Usage } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { count, money } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Figure, Page } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { UsageFilters } from './usage-filters.tsx'
import { usageFilterOf } from './usage-rows.ts'
import { UsageTable } from './usage-table.tsx'

const Budgets = lazy(async () => ({ default: (await import('./budgets.tsx')).Budgets }))
const PrepaidBalance = lazy(async () => ({ default: (await import('./balance.tsx')).PrepaidBalance }))
const CallLimits = lazy(async () => ({ default: (await import('./call-limits.tsx')).CallLimits }))
const UsageChart = lazy(async () => ({ default: (await import('./usage-chart.tsx')).UsageChart }))

const Totals = ({ usage }: { usage: Usage | undefined }) => (
  <dl className="figures">
    <Figure name="Requests" value={usage ? count(usage.totals.requests) : '–'} />
    <Figure name="Prompt tokens" value={usage ? count(usage.totals.promptTokens) : '–'} />
    <Figure name="Completion tokens" value={usage ? count(usage.totals.completionTokens) : '–'} />
    <Figure name="Failed requests" value={usage ? count(usage.totals.failedRequests) : '–'} />
    <Figure name="Cost" value={usage ? money(usage.totals.costMicros, usage.currency) : '–'} />
  </dl>
)

const Details = ({ usage, filter }: { usage: Usage; filter: UsageFilter }) => {
  if (usage.rows.length === 0)
    return <Empty title="Nothing was used in this time">Make a call with an API key, or try the playground.</Empty>
  return (
    <>
      <Suspense fallback={<div className="chart-space" />}>
        <UsageChart usage={usage} filter={filter} />
      </Suspense>
      <UsageTable usage={usage} groupBy={filter.groupBy} />
    </>
  )
}

const usageLine = (of: { projectId: string } | { organisationId: string }, filter: UsageFilter) =>
  avowLine(
    ...['usage', '--since', filter.since, '--until', filter.until, '--by', filter.groupBy],
    ...(filter.model === undefined ? [] : ['--model', filter.model]),
    ...(filter.keyId === undefined ? [] : ['--key', filter.keyId]),
    ...('projectId' in of
      ? ['--project', of.projectId]
      : ['--whole-organisation', '--organisation', of.organisationId]),
  )

/** What was used, when, by which model and key, and what it costs. */
export const UsagePage = () => {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/usage' })
  const search = useSearch({ from: '/signed-in/projects/$projectId/usage' })
  const { organisation, projects } = useScope()
  const filter = usageFilterOf(search, new Date())
  const of = search.of === 'organisation' && organisation ? { organisationId: organisation.id } : { projectId }
  const { data, error, refetch } = useQuery(usageQuery(useApi(), of, filter))
  const path = 'projectId' in of ? `projects/${of.projectId}` : `organisations/${of.organisationId}`
  const query = new URLSearchParams({ since: filter.since, until: filter.until, groupBy: filter.groupBy })
  if (filter.model !== undefined) query.set('model', filter.model)
  if (filter.keyId !== undefined) query.set('keyId', filter.keyId)
  return (
    <Page
      title="Usage"
      about="Counted from what the engines produced, to the token; also when a client hangs up in the middle."
    >
      <UsageFilters />
      <ProblemNotice error={error} again={() => void refetch()} />
      <Totals usage={data} />
      {data === undefined ? <div className="chart-space" /> : <Details usage={data} filter={filter} />}
      <SameAct cli={usageLine(of, filter)} call={{ method: 'GET', path: `/api/v1/${path}/usage?${query}` }} />
      {organisation !== null && (
        <Suspense fallback={null}>
          <PrepaidBalance organisationId={organisation.id} />
          <Budgets organisation={organisation} projectId={projectId} projects={projects} />
          <CallLimits organisation={organisation} projectId={projectId} projects={projects} />
        </Suspense>
      )}
    </Page>
  )
}
