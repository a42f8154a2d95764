import { NativeSelect } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import { requestStateOf, requestStates } from '../../../app/search.ts'
import type { PersonRequest } from '../../../app/views.ts'
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

const columns: readonly Column<PersonRequest>[] = [
  {
    name: 'What',
    show: (request) => (
      <div className="stack-tight">
        <span className="row-name">{requestWords[request.kind]}</span>
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

/** What people asked for by right, with the clock of each. */
export const RequestsPage = () => {
  const api = useApi()
  const { state } = useSearch({ from: '/signed-in/officer/privacy/requests' })
  const navigate = useNavigate({ from: '/privacy/requests' })
  const query = useInfiniteQuery({
    ...pagesQuery(['requests', state], (page) =>
      answer(api.GET('/api/v1/privacy/requests', { params: { query: { ...page, ...(state ? { state } : {}) } } })),
    ),
    refetchInterval: 15_000,
  })
  return (
    <Page
      title="Requests"
      about="What people asked for by right. Each carries the day by which the policy promises it; late ones are marked."
    >
      <search className="filters">
        <NativeSelect
          label="State"
          value={state ?? ''}
          onChange={(event) => {
            const next = requestStateOf(event.currentTarget.value)
            void navigate({ search: { state: next }, replace: true })
          }}
          data={[{ value: '', label: 'All' }, ...requestStates]}
        />
      </search>
      <PagedRows
        label="Requests"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title={state === undefined ? 'Nobody has asked for anything yet' : 'No request is in this state'}>
            People take a copy of their data or ask for its erasure under Your data; it appears here at once.
          </Empty>
        }
      />
      <SameAct
        cli="avow privacy requests --everyone"
        call={{ method: 'GET', path: `/api/v1/privacy/requests${state ? `?state=${state}` : ''}` }}
      />
    </Page>
  )
}
