import '../privacy.css'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { AuthorityRequest } from '../../../app/views.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { AuthorityStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { RecordAuthorityDialog } from './record-authority-dialog.tsx'

const columns: readonly Column<AuthorityRequest>[] = [
  {
    name: 'Authority',
    show: ({ id, authority, reference, legalBasis }) => (
      <div className="stack-tight">
        <Link className="row-name" to="/privacy/authorities/$authorityRequestId" params={{ authorityRequestId: id }}>
          {authority}
        </Link>
        <span className="small soft">
          {legalBasis}
          {reference !== null && `, ${reference}`}
        </span>
      </div>
    ),
  },
  {
    name: 'About',
    show: ({ subjectKind, subjectId }) => (
      <div className="stack-tight">
        <span>{subjectKind}</span>
        <CopyId short id={subjectId} />
      </div>
    ),
  },
  { name: 'State', show: ({ state }) => <AuthorityStateBadge state={state} /> },
  { name: 'Received', show: ({ receivedAt }) => <When at={receivedAt} /> },
  {
    name: 'Due',
    show: ({ dueAt, overdue }) => (
      <span className={overdue ? 'overdue' : undefined}>
        {overdue && 'late: '}
        <When at={dueAt} none="–" />
      </span>
    ),
  },
  {
    name: 'Customer',
    show: ({ toldAt, silence }) => {
      if (toldAt !== null)
        return (
          <>
            told <When at={toldAt} />
          </>
        )
      if (silence === null) return <span className="soft">not told</span>
      return (
        <span className={silence.overdue ? 'overdue' : undefined}>
          silent, look again <When at={silence.reviewAt} />
        </span>
      )
    },
  },
]

/** Requests of authorities: nothing leaves before a second person approved it. */
export const AuthoritiesPage = () => {
  const api = useApi()
  const { create } = useSearch({ from: '/signed-in/officer/privacy/authorities' })
  const navigate = useNavigate({ from: '/privacy/authorities' })
  const query = useInfiniteQuery(
    pagesQuery(['authorities'], (page) =>
      answer(api.GET('/api/v1/privacy/authority-requests', { params: { query: page } })),
    ),
  )
  const record = (open: boolean) => void navigate({ search: { create: open || undefined }, replace: true })
  return (
    <Page
      title="Requests of authorities"
      about="One person prepares what law demands and no more, another reviews it, the customer is told or a ground for silence is recorded. Nothing leaves before that."
      actions={<Button onClick={() => record(true)}>Record a request</Button>}
    >
      <PagedRows
        label="Requests of authorities"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="No authority has asked" action={<Button onClick={() => record(true)}>Record a request</Button>}>
            Record the letter when one comes, before anybody answers it.
          </Empty>
        }
      />
      <SameAct cli="avow disclosure list" call={{ method: 'GET', path: '/api/v1/privacy/authority-requests' }} />
      {create === true && <RecordAuthorityDialog onClose={() => record(false)} />}
    </Page>
  )
}
