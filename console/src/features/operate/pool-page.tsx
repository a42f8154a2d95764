import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { ModelRoute } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page, PageLoading } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { RouteStateBadge } from '../../ui/state-badge.tsx'
import { AddRouteDialog } from './add-route-dialog.tsx'
import { RouteActs } from './route-acts.tsx'

const placeOf = ({ kind, upstream }: ModelRoute) =>
  upstream ?? (kind === 'supplied' ? 'a server of this cloud' : 'this machine')

const columnsOf = (modelId: string): readonly Column<ModelRoute>[] => [
  {
    name: 'Server',
    show: (route) => (
      <div className="stack-tight">
        <span className="row-name">{placeOf(route)}</span>
        {route.kind === 'own' ? <span className="small soft">the model’s own place</span> : <CopyId id={route.id} />}
        {route.hasUpstreamKey && <span className="small soft">with a key</span>}
      </div>
    ),
  },
  {
    name: 'State',
    show: (route) => (
      <div className="stack-tight">
        <span>
          <RouteStateBadge state={route.state} />
        </span>
        {(route.forbidden ?? route.reason) !== null && (
          <span className="small soft">{route.forbidden ?? route.reason}</span>
        )}
      </div>
    ),
  },
  {
    name: 'Who sees a request',
    show: ({ provider, country }) => (
      <div className="stack-tight">
        <span className="small">{provider ?? 'nobody outside'}</span>
        {country !== null && <span className="small soft">in {country}</span>}
      </div>
    ),
  },
  { name: 'Tier', numeric: true, show: ({ tier }) => tier },
  { name: 'Weight', numeric: true, show: ({ weight }) => weight },
  { name: 'Requests now', numeric: true, show: ({ inFlight }) => inFlight },
  {
    name: 'Acts',
    quiet: true,
    show: (route) => route.kind !== 'supplied' && <RouteActs modelId={modelId} route={route} place={placeOf(route)} />,
  },
]

/** The pool of a model: every server that answers for it, and which is asked when. */
export const PoolPage = () => {
  const { modelId } = useParams({ from: '/signed-in/operate/models/$modelId' })
  const [adding, setAdding] = useState(false)
  const api = useApi()
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['models', 'routes', modelId],
    queryFn: () => answer(api.GET('/api/v1/operate/models/{modelId}/routes', { params: { path: { modelId } } })),
    refetchInterval: 5000,
  })
  return (
    <Page
      title={`Pool of ${modelId}`}
      about="A request goes to the lowest tier that can answer, there by weight and load. A company sees only requests of organisations that accepted it."
      actions={
        <>
          <Button variant="default" renderRoot={(props) => <Link to="/operate/models" {...props} />}>
            All models
          </Button>
          <Button onClick={() => setAdding(true)}>Add a server</Button>
        </>
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <Rows label="Servers" columns={columnsOf(modelId)} rows={data.items} keyOf={(route) => route.id} />
      )}
      {adding && <AddRouteDialog modelId={modelId} onClose={() => setAdding(false)} />}
    </Page>
  )
}
