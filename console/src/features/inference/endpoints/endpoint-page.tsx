import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { useRole } from '../../../app/use-scope.ts'
import { curlLine } from '../../../ui/command-line.ts'
import { CodeBlock } from '../../../ui/copy.tsx'
import { bytes, money } from '../../../ui/format.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Figure, Page, PageLoading, Section } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { When } from '../../../ui/when.tsx'
import { EndpointActs } from './endpoint-acts.tsx'
import { EndpointState, hourOf, replicasOf } from './endpoint-state.tsx'
import { type Endpoint, endpointQuery, eventsQuery, logsQuery } from './endpoints-queries.ts'

const route = '/signed-in/projects/$projectId/endpoints/$endpointId'

interface Of {
  projectId: string
  endpointId: string
}

const Figures = ({ one }: { one: Endpoint }) => (
  <dl className="figures">
    <Figure name="State" value={<EndpointState state={one.state} />} />
    <Figure name="Ready" value={`${one.ready} of ${replicasOf(one)}`} note={`size ${one.size}`} />
    <Figure name="Requests now" value={one.inFlight} note={`${one.waiting} wait for a replica`} />
    <Figure
      name="Cost so far"
      value={money(one.costMicros, one.currency, 6)}
      note={`${one.seconds} s, ${hourOf(one.priceMicrosPerSecond, one.currency)} an hour for each replica`}
    />
  </dl>
)

const Replicas = ({ path }: { path: Of }) => {
  const replicas = useQuery(endpointQuery(useApi(), path)).data?.replicas ?? []
  return (
    <Section title="Replicas" about="Those that run, and the last that ended.">
      {replicas.length === 0 ? (
        <Empty title="None runs">The next request starts one.</Empty>
      ) : (
        <Rows
          label="Replicas"
          rows={replicas}
          keyOf={({ id }) => id}
          columns={[
            { name: 'Replica', show: ({ id }) => <span className="row-name">{id}</span> },
            { name: 'State', show: ({ state, isCurrent }) => (isCurrent ? state : `${state}, of before the change`) },
            { name: 'Since', show: ({ startedAt }) => (startedAt === null ? '-' : <When at={startedAt} />) },
            { name: 'Requests', numeric: true, show: ({ inFlight }) => inFlight },
            { name: 'Memory', numeric: true, show: ({ memoryBytes: used }) => (used === null ? '-' : bytes(used)) },
            { name: 'Paid', numeric: true, show: ({ seconds }) => `${seconds} s` },
          ]}
        />
      )}
    </Section>
  )
}

const Events = ({ path }: { path: Of }) => {
  const events = useInfiniteQuery(eventsQuery(useApi(), path))
  return (
    <Section title="Events">
      <PagedRows
        label="Events"
        query={events}
        keyOf={({ id }) => id}
        empty={<Empty title="Nothing has happened to it" />}
        columns={[
          { name: 'When', show: ({ at }) => <When at={at} /> },
          { name: 'What', show: ({ kind }) => kind.replaceAll('_', ' ') },
          { name: 'Why', show: ({ reason }) => reason ?? '-' },
        ]}
      />
    </Section>
  )
}

const Logs = ({ path }: { path: Of }) => {
  const logs = useQuery(logsQuery(useApi(), path))
  const text = logs.data?.items.map(({ at, text: said }) => `${at.slice(0, 19)}Z  ${said}`).join('\n') ?? ''
  return (
    <Section title="Logs" about="What its replicas say: counts and problems, never prompts or answers.">
      <ProblemNotice error={logs.error} />
      {text === '' ? <Empty title="No replica says anything now" /> : <CodeBlock code={text} label="Logs" />}
    </Section>
  )
}

/** One endpoint: what it does, what it costs, how it is called. */
export const EndpointPage = () => {
  const path = useParams({ from: route })
  const navigate = useNavigate()
  const mayChange = useRole('owner', 'admin', 'member')
  const found = useQuery(endpointQuery(useApi(), path))
  const one = found.data
  if (found.isPending) return <PageLoading />
  const back = () => void navigate({ to: '/projects/$projectId/endpoints', params: { projectId: path.projectId } })
  return (
    <Page
      title={path.endpointId}
      about={one && `${one.model}, served for this project alone.`}
      actions={mayChange && one && <EndpointActs projectId={path.projectId} one={one} onDeleted={back} />}
    >
      <ProblemNotice error={found.error} />
      {one !== undefined && (
        <>
          {one.reason !== null && (
            <Notice kind="bad" title="No replica can be started">
              {one.reason}
            </Notice>
          )}
          <Figures one={one} />
          <Section title="Call it" about="With any API key of this project.">
            <CodeBlock
              wrap
              label="curl call"
              code={curlLine(location.origin, {
                method: 'POST',
                path: '/v1/chat/completions',
                body: { model: one.modelName, messages: [{ role: 'user', content: 'Hello' }] },
              })}
            />
          </Section>
          <Replicas path={path} />
          <Events path={path} />
          {mayChange && <Logs path={path} />}
        </>
      )}
    </Page>
  )
}
