import './privacy.css'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { RetentionRow } from '../../app/views.ts'
import { count, period } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { When } from '../../ui/when.tsx'
import { PromisedPeriod } from './promised-period.tsx'

const Overdue = ({ rows }: { rows: number | null }) => {
  if (rows === null) return <span className="soft">not counted yet</span>
  return <span className={rows > 0 ? 'overdue' : undefined}>{count(rows)}</span>
}

const columns: readonly Column<RetentionRow>[] = [
  {
    name: 'Class',
    show: (row) => (
      <div className="stack-tight">
        <code className="row-name">{row.retentionClass}</code>
        <span className="small soft">{row.tables.join(', ') || 'no table yet'}</span>
      </div>
    ),
  },
  {
    name: 'Kept',
    show: (row) => (
      <div>
        <PromisedPeriod retentionClass={row.retentionClass}>{period(row.period)}</PromisedPeriod>
        <br />
        <span className="small soft">from {row.trigger.replaceAll('-', ' ')}</span>
      </div>
    ),
  },
  {
    name: 'Last run',
    show: (row) => (
      <div className="stack-tight">
        <When at={row.lastRunAt} />
        {row.lastRuns.length > 0 && (
          <details className="small">
            <summary className="soft">what it did</summary>
            <ul className="plain-list">
              {row.lastRuns.map(({ table, explanation }) => (
                <li key={table}>
                  <code>{table}</code>: {explanation}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    ),
  },
  { name: 'Found', numeric: true, show: (row) => (row.lastLookedAt === null ? '–' : count(row.lastLookedAt)) },
  { name: 'On hold', numeric: true, show: (row) => (row.lastHeld === null ? '–' : count(row.lastHeld)) },
  { name: 'Removed', numeric: true, show: (row) => (row.lastRemoved === null ? '–' : count(row.lastRemoved)) },
  { name: 'Past due now', numeric: true, show: (row) => <Overdue rows={row.overdue} /> },
  {
    name: 'Next',
    show: (row) => (
      <div className="stack-tight">
        <When at={row.nextRunAt} none="–" />
        <span className="small soft">
          {row.nextDueAt !== null && (
            <>
              first row due <When at={row.nextDueAt} />
            </>
          )}
        </span>
      </div>
    ),
  },
]

/** How long everything is kept, and whether the sweeper does its work. */
export const RetentionPage = () => {
  const api = useApi()
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['retention'],
    queryFn: () => answer(api.GET('/api/v1/privacy/retention')),
    refetchInterval: 30_000,
  })
  return (
    <Page
      title="Retention"
      about="How long each kind of data is kept by the policy, and what the last run found and removed."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data?.items.length === 0 && <Empty title="No class of retention">The policy declares none.</Empty>}
      {data !== undefined && data.items.length > 0 && (
        <Rows label="Retention" columns={columns} rows={data.items} keyOf={(row) => row.retentionClass} />
      )}
      <SameAct cli="avow retention" call={{ method: 'GET', path: '/api/v1/privacy/retention' }} />
    </Page>
  )
}
