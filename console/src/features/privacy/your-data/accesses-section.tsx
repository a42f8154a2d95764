import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import { Empty, Section } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { accessColumns } from '../access-columns.tsx'

/** When staff looked at what is about the person: which, why, and for how long they could. */
export const AccessesSection = () => {
  const api = useApi()
  return (
    <Section
      title="Who looked at it"
      about="Staff of this cloud see what is about you only for a reason that they state, for a limited time. You see it here."
    >
      <PagedRows
        label="Who looked at it"
        columns={accessColumns}
        query={useInfiniteQuery(
          pagesQuery(['my-accesses'], (query) => answer(api.GET('/api/v1/me/access', { params: { query } }))),
        )}
        keyOf={({ id }) => id}
        empty={<Empty title="Nobody did">When a member of staff does, it is listed here at once.</Empty>}
      />
      <SameAct of="who looked" cli="avow privacy access" call={{ method: 'GET', path: '/api/v1/me/access' }} />
    </Section>
  )
}
