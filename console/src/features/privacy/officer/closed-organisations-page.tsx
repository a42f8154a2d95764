import '../privacy.css'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { EveryClosedOrganisation } from '../../../app/views.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'
import { closedColumns } from '../closed-columns.tsx'

const columns: readonly Column<EveryClosedOrganisation>[] = [
  { name: 'Organisation', show: ({ id }) => <CopyId short id={id} /> },
  {
    name: 'Closed by',
    show: ({ closedBy }) => (closedBy === null ? <span className="soft">erased</span> : <CopyId short id={closedBy} />),
  },
  { name: 'Closed', show: ({ closedAt }) => <When at={closedAt} /> },
  ...closedColumns,
]

/** Organisations that nobody sees any more, until their period is over. */
export const ClosedOrganisationsPage = () => {
  const api = useApi()
  const query = useInfiniteQuery(
    pagesQuery(['closed-organisations', 'everyone'], (page) =>
      answer(api.GET('/api/v1/privacy/closed-organisations', { params: { query: page } })),
    ),
  )
  return (
    <Page
      title="Closed organisations"
      about="To their members they are not there any more. Only the person who closed one can open it again, under Account or with avow organisation reopen."
    >
      <PagedRows
        label="Closed organisations"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={<Empty title="No organisation is closed">A closed one is listed here until it is removed.</Empty>}
      />
      <SameAct
        cli="avow organisation closed --everyone"
        call={{ method: 'GET', path: '/api/v1/privacy/closed-organisations' }}
      />
    </Page>
  )
}
