import '../privacy.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { Connection, Processor } from '../../../app/views.ts'
import { count, counted } from '../../../ui/format.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Page, PageLoading, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { YesNoBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { Transfers } from './transfers.tsx'

const columns: readonly Column<Processor>[] = [
  {
    name: 'Party',
    show: ({ id, name, role, country, safeguard }) => (
      <div className="stack-tight">
        <Link className="row-name" to="/privacy/processors/$processorId" params={{ processorId: id }}>
          {name}
        </Link>
        <span className="small soft">
          {role.replaceAll('-', ' ')}
          {country !== null && `, ${country}`}
          {safeguard !== null && `, ${safeguard}`}
        </span>
      </div>
    ),
  },
  {
    name: 'In the policy',
    show: ({ inPolicy }) => <YesNoBadge yes={inPolicy} words={['listed', 'not any more']} />,
  },
  {
    name: 'May receive',
    show: ({ fields, categories }) => <span className="small">{(fields ?? categories).join(', ')}</span>,
  },
  { name: 'Configured', show: ({ connections }) => connections.map(({ host }) => host).join(', ') || 'nothing' },
  {
    name: 'Sent',
    numeric: true,
    show: ({ times, subjects }) => (
      <div>
        {counted(times, 'time')}
        <br />
        <span className="small soft">about {count(subjects)}</span>
      </div>
    ),
  },
  { name: 'Last', show: ({ lastAt }) => <When at={lastAt} /> },
]

const connectionColumns: readonly Column<Connection>[] = [
  {
    name: 'Server',
    show: ({ host, name, what }) => (
      <div className="stack-tight">
        <code className="row-name">{host}</code>
        <span className="small soft">{what === name ? what : `${what} ${name}`}</span>
      </div>
    ),
  },
  { name: 'Why', show: ({ reason }) => <span className="small">{reason ?? 'in the operator’s own network'}</span> },
]

const Connections = ({ title, about, rows }: { title: string; about: string; rows: readonly Connection[] }) =>
  rows.length > 0 && (
    <Section title={title} about={about}>
      <Rows
        label={title}
        columns={connectionColumns}
        rows={rows}
        keyOf={({ what, name, host }) => `${what} ${name} ${host}`}
      />
    </Section>
  )

/** Every party that may receive data, what for, and what it received. */
export const ProcessorsPage = () => {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['processors'],
    queryFn: () => answer(api.GET('/api/v1/privacy/processors')),
  })
  return (
    <Page
      title="Processors"
      about="Every party that may receive data, by the policy, and what it received. Nothing is sent to anybody else: the egress gate refuses it."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && data.refused.length > 0 && (
        <Notice kind="bad" title={`${counted(data.refused.length, 'connection')} refused`}>
          Something is configured that the policy does not allow. It receives nothing; see below what to do.
        </Notice>
      )}
      {data?.items.length === 0 && (
        <Empty title="Nobody outside receives data">
          A party is listed in the policy under recipients before anything can be sent to it.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows label="Processors" columns={columns} rows={data.items} keyOf={({ id }) => id} />
      )}
      {data !== undefined && (
        <>
          <Connections
            title="Refused"
            about="Named by settings or the catalogue, and not allowed by the policy."
            rows={data.refused}
          />
          <Connections
            title="Servers of your own"
            about="They are part of this cloud and receive nothing as another party."
            rows={data.own}
          />
        </>
      )}
      <Transfers />
      <SameAct cli="avow processor list" call={{ method: 'GET', path: '/api/v1/privacy/processors' }} />
    </Page>
  )
}
