import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import type { MyRequest } from '../../../app/views.ts'
import { counted } from '../../../ui/format.ts'
import { Empty, Section } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { RequestStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { Due } from '../due.tsx'
import { requestWords } from '../request-words.ts'
import { myRequestsQuery } from './my-data-queries.ts'

const AskDialog = lazy(async () => ({ default: (await import('./ask-dialog.tsx')).AskDialog }))

const outcome = ({ kind, state, removed, emptied }: MyRequest): string => {
  if (kind !== 'erasure' || state === 'waiting' || state === 'cancelled') return ''
  return `${counted(removed, 'row')} deleted, ${emptied} kept without you`
}

const columns: readonly Column<MyRequest>[] = [
  {
    name: 'What',
    show: (request) => (
      <div className="stack-tight">
        <Link className="row-name" to="/your-data/requests/$requestId" params={{ requestId: request.id }}>
          {requestWords[request.kind]}
        </Link>
        <span className="small soft num">{outcome(request)}</span>
      </div>
    ),
  },
  { name: 'State', show: ({ state }) => <RequestStateBadge state={state} /> },
  { name: 'Asked', show: ({ askedAt }) => <When at={askedAt} /> },
  { name: 'Due', show: (request) => <Due request={request} /> },
]

/** What the person asked for by right, and how far it is. */
export const RequestsSection = () => {
  const [asking, setAsking] = useState(false)
  return (
    <Section
      title="What you asked for"
      about="Each with the day by which the policy promises it. What no button here does, a person of this cloud does for you."
      actions={
        <Button variant="default" onClick={() => setAsking(true)}>
          Ask for something else
        </Button>
      }
    >
      <PagedRows
        label="What you asked for"
        columns={columns}
        query={useInfiniteQuery(myRequestsQuery(useApi()))}
        keyOf={({ id }) => id}
        empty={<Empty title="Nothing yet">A copy that you take or an erasure that you ask for is listed here.</Empty>}
      />
      <SameAct of="requests" cli="avow privacy requests" call={{ method: 'GET', path: '/api/v1/me/requests' }} />
      {asking && (
        <Suspense fallback={null}>
          <AskDialog onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </Section>
  )
}
