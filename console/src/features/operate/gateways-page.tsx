import { IconAlertOctagon, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { Gateway } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { count } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page, PageLoading } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { Badge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const looks = {
  alive: { tone: 'good', shape: IconCircleCheck },
  gone: { tone: 'bad', shape: IconAlertOctagon },
} as const

const columns: readonly Column<Gateway>[] = [
  {
    name: 'Gateway',
    show: ({ id, name }) => (
      <div className="stack-tight">
        <span className="row-name">{name}</span>
        <CopyId short id={id} />
      </div>
    ),
  },
  { name: 'State', show: ({ state }) => <Badge {...looks[state]} word={state} /> },
  { name: 'Calls under way', numeric: true, show: ({ activeCalls }) => count(activeCalls) },
  { name: 'Last word', show: ({ seenAt }) => <When at={seenAt} /> },
  { name: 'Started', show: ({ startedAt }) => <When at={startedAt} /> },
  { name: 'Version', show: ({ version }) => version },
]

/** The processes that serve inference on this database: which live, and which vanished without a word. */
export const GatewaysPage = () => {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['gateways'],
    queryFn: () => answer(api.GET('/api/v1/operate/gateways')),
    refetchInterval: 5000,
  })
  return (
    <Page
      title="Gateways"
      about="Processes that serve inference on this database. Limits and budgets hold over all of them."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <Rows label="Gateways" columns={columns} rows={data.items} keyOf={({ id }) => id} />
          <p className="soft">
            One that says nothing for {data.lostAfterSeconds} seconds is gone, and the others have its part of limits.
            What it booked last is carried when it starts again under its name.{' '}
            <a href="/docs/operate/scale-out">How to start more</a>
          </p>
        </>
      )}
      <SameAct cli="avow gateway list" call={{ method: 'GET', path: '/api/v1/operate/gateways' }} />
    </Page>
  )
}
