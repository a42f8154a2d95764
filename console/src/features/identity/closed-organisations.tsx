import { Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { ClosedOrganisation } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { closedColumns } from '../privacy/closed-columns.tsx'

const Reopen = ({ organisation: { id, name } }: { organisation: ClosedOrganisation }) => {
  const api = useApi()
  const queries = useQueryClient()
  const params = { path: { organisationId: id } }
  const reopen = useAct(
    () => answer(api.POST('/api/v1/me/closed-organisations/{organisationId}/reopen', { params, body: {} })),
    {
      // What the account may do and see is another now, down to the navigation.
      onDone: () => {
        queries.clear()
        location.assign('/')
      },
    },
  )
  return (
    <div className="row-actions">
      <Button size="xs" variant="default" loading={reopen.isPending} onClick={() => reopen.mutate(undefined)}>
        Open again<span className="only-read"> {name}</span>
      </Button>
      <ProblemNotice error={reopen.error} />
    </div>
  )
}

const columns: readonly Column<ClosedOrganisation>[] = [
  {
    name: 'Name',
    show: ({ name, id }) => (
      <div className="stack-tight">
        <span className="row-name">{name}</span>
        <span className="small">
          <CopyId short id={id} />
        </span>
      </div>
    ),
  },
  ...closedColumns,
  { name: 'Acts', quiet: true, show: (row) => row.canReopen && <Reopen organisation={row} /> },
]

/** The organisations that a person closed; nothing where there is none. */
export const ClosedOrganisations = () => {
  const api = useApi()
  const query = useInfiniteQuery(
    pagesQuery(['closed-organisations'], (page) =>
      answer(api.GET('/api/v1/me/closed-organisations', { params: { query: page } })),
    ),
  )
  if (query.data?.pages[0]?.items.length === 0) return null
  return (
    <Section
      title="Organisations that you closed"
      about="Nobody else sees them. Revoked keys stay revoked when one is opened again."
    >
      <PagedRows
        label="Organisations that you closed"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={null}
      />
      <SameAct cli="avow organisation closed" call={{ method: 'GET', path: '/api/v1/me/closed-organisations' }} />
    </Section>
  )
}
