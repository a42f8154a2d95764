import { Button, NativeSelect, Switch } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import { type RequestSearch, requestKindOf, requestKinds, requestStateOf, requestStates } from '../../../app/search.ts'
import type { PersonRequest } from '../../../app/views.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { counted } from '../../../ui/format.ts'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { RequestStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { Due } from '../due.tsx'
import { requestWords } from '../request-words.ts'
import { OpenRequestDialog } from './open-request-dialog.tsx'

const columns: readonly Column<PersonRequest>[] = [
  {
    name: 'What',
    show: (request) => (
      <div className="stack-tight">
        <Link className="row-name" to="/privacy/requests/$requestId" params={{ requestId: request.id }}>
          {requestWords[request.kind]}
        </Link>
        <span className="small">
          <CopyId short id={request.id} />
        </span>
      </div>
    ),
  },
  {
    name: 'Whose',
    show: ({ personId }) => (personId === null ? <span className="soft">erased</span> : <CopyId short id={personId} />),
  },
  { name: 'State', show: ({ state }) => <RequestStateBadge state={state} /> },
  { name: 'Asked', show: ({ askedAt }) => <When at={askedAt} /> },
  { name: 'Begins', show: ({ state, startsAt }) => (state === 'waiting' ? <When at={startsAt} /> : '–') },
  { name: 'Due', show: (request) => <Due request={request} /> },
  {
    name: 'Rows',
    numeric: true,
    show: ({ kind, removed, emptied }) =>
      kind === 'erasure' ? (
        <span title={`${counted(removed, 'row')} deleted, ${emptied} kept without the person`}>
          {removed} / {emptied}
        </span>
      ) : (
        '–'
      ),
  },
]

/** The filter as the API wants it. */
const queryOf = ({ state, kind, open }: RequestSearch) => ({
  ...(state === undefined ? {} : { state }),
  ...(kind === undefined ? {} : { kind }),
  ...(open === true ? { open: 'true' as const } : {}),
})

/** What people asked for by right, with the clock of each. */
export const RequestsPage = () => {
  const api = useApi()
  const filter = useSearch({ from: '/signed-in/officer/privacy/requests' })
  const { state, kind, open } = filter
  const [opening, setOpening] = useState(false)
  const narrowed = Object.keys(queryOf(filter)).length > 0
  const navigate = useNavigate({ from: '/privacy/requests' })
  const query = useInfiniteQuery({
    ...pagesQuery(['requests', filter], (page) =>
      answer(api.GET('/api/v1/privacy/requests', { params: { query: { ...page, ...queryOf(filter) } } })),
    ),
    refetchInterval: 15_000,
  })
  return (
    <Page
      title="Requests"
      about="What people asked for by right. Each carries the day by which the policy promises it; late ones are marked."
      actions={<Button onClick={() => setOpening(true)}>Open one for a person</Button>}
    >
      <search className="filters">
        <NativeSelect
          label="State"
          value={state ?? ''}
          onChange={(event) => {
            const next = requestStateOf(event.currentTarget.value)
            void navigate({ search: (old) => ({ ...old, state: next }), replace: true })
          }}
          data={[{ value: '', label: 'All' }, ...requestStates]}
        />
        <NativeSelect
          label="Kind"
          value={kind ?? ''}
          onChange={(event) => {
            const next = requestKindOf(event.currentTarget.value)
            void navigate({ search: (old) => ({ ...old, kind: next }), replace: true })
          }}
          data={[{ value: '', label: 'All' }, ...requestKinds.map((value) => ({ value, label: requestWords[value] }))]}
        />
        <Switch
          label="Only those that are not over"
          checked={open === true}
          onChange={(event) => {
            const next = event.currentTarget.checked || undefined
            void navigate({ search: (old) => ({ ...old, open: next }), replace: true })
          }}
        />
      </search>
      <PagedRows
        label="Requests"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title={narrowed ? 'No request is like that' : 'Nobody has asked for anything yet'}>
            People take a copy of their data or ask for its erasure under Your data; it appears here at once.
          </Empty>
        }
      />
      <SameAct
        cli={avowLine(
          'privacy',
          'requests',
          '--everyone',
          open && '--open',
          ...(state === undefined ? [] : ['--state', state]),
          ...(kind === undefined ? [] : ['--kind', kind]),
        )}
        call={{
          method: 'GET',
          path: `/api/v1/privacy/requests${narrowed ? `?${new URLSearchParams(queryOf(filter))}` : ''}`,
        }}
      />
      {opening && <OpenRequestDialog onClose={() => setOpening(false)} />}
    </Page>
  )
}
