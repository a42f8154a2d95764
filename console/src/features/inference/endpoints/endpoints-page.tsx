import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { useRole } from '../../../app/use-scope.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { money } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Figure, Page, PageLoading } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { CreateEndpointDialog } from './create-endpoint-dialog.tsx'
import { EndpointState, hourOf, replicasOf } from './endpoint-state.tsx'
import { type Endpoint, endpointsQuery } from './endpoints-queries.ts'

const route = '/signed-in/projects/$projectId/endpoints'

const columnsOf = (projectId: string): readonly Column<Endpoint>[] => [
  {
    name: 'Endpoint',
    show: ({ id, model }) => (
      <div className="stack-tight">
        <Link
          className="row-name"
          to="/projects/$projectId/endpoints/$endpointId"
          params={{ projectId, endpointId: id }}
        >
          {id}
        </Link>
        <span className="small soft">{model}</span>
      </div>
    ),
  },
  { name: 'State', show: ({ state }) => <EndpointState state={state} /> },
  { name: 'Replicas', show: (one) => `${one.ready} of ${replicasOf(one)}, ${one.size}` },
  { name: 'Requests', show: ({ inFlight, waiting }) => `${inFlight} now, ${waiting} wait` },
  {
    name: 'Price',
    numeric: true,
    show: (one) => `${hourOf(one.priceMicrosPerSecond, one.currency)} an hour each`,
  },
  { name: 'Cost so far', numeric: true, show: ({ costMicros, currency }) => money(costMicros, currency, 6) },
]

/** Models that a project has served for itself alone. */
export const EndpointsPage = () => {
  const { projectId } = useParams({ from: route })
  const { create } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/endpoints' })
  const mayChange = useRole('owner', 'admin', 'member')
  const endpoints = useQuery(endpointsQuery(useApi(), projectId))
  const open = (isOpen: boolean) => void navigate({ search: isOpen ? { create: 'true' } : {}, replace: true })
  const begin = mayChange && <Button onClick={() => open(true)}>New endpoint</Button>
  if (endpoints.isPending) return <PageLoading />
  const { items = [], costMicros = '0', currency = '' } = endpoints.data ?? {}
  return (
    <Page
      title="Endpoints"
      about="A model served for this project alone, on replicas of its own that are paid by the second. It sleeps while nobody asks, where you let it."
      actions={items.length > 0 && begin}
    >
      <ProblemNotice error={endpoints.error} />
      {items.length === 0 ? (
        <Empty title="No endpoint yet" action={begin || undefined}>
          Models of the catalogue are shared and paid by the token. An endpoint is yours.
        </Empty>
      ) : (
        <Rows label="Endpoints" columns={columnsOf(projectId)} rows={items} keyOf={({ id }) => id} />
      )}
      {costMicros !== '0' && (
        <dl className="figures">
          <Figure
            name="All endpoints of this project so far"
            value={money(costMicros, currency, 6)}
            note="also those that are gone"
          />
        </dl>
      )}
      <SameAct
        cli={avowLine('endpoint', 'list', '--project', projectId)}
        call={{ method: 'GET', path: `/api/v1/projects/${projectId}/endpoints` }}
      />
      {create !== undefined && (
        <CreateEndpointDialog
          projectId={projectId}
          onClose={() => open(false)}
          onMade={({ id }) =>
            void navigate({
              to: '/projects/$projectId/endpoints/$endpointId',
              params: { projectId, endpointId: id },
            })
          }
        />
      )}
    </Page>
  )
}
