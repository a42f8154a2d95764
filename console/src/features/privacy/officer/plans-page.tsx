import '../privacy.css'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { Plan } from '../../../app/views.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { counted } from '../../../ui/format.ts'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { When } from '../../../ui/when.tsx'
import { ApplyPlanDialog } from './apply-plan-dialog.tsx'

const columns: readonly Column<Plan>[] = [
  {
    name: 'Plan',
    show: ({ plan, organisationId, agreement }) => (
      <div className="stack-tight">
        <Link className="row-name" to="/privacy/plans/$organisationId" params={{ organisationId }}>
          {plan}
        </Link>
        <span className="small soft">{agreement}</span>
      </div>
    ),
  },
  { name: 'Organisation', show: ({ organisationId }) => <CopyId short id={organisationId} /> },
  {
    name: 'Sets',
    show: ({ settings }) =>
      `${counted(settings.length, 'thing')}, ${settings.filter(({ compared }) => compared === 'different').length} different`,
  },
  { name: 'Applied', show: ({ appliedAt }) => <When at={appliedAt} /> },
]

/** Deployment plans: what the agreement of one organisation sets beside the policy. */
export const PlansPage = () => {
  const api = useApi()
  const { create } = useSearch({ from: '/signed-in/officer/privacy/plans' })
  const navigate = useNavigate({ from: '/privacy/plans' })
  const query = useInfiniteQuery(
    pagesQuery(['plans', 'list'], (page) => answer(api.GET('/api/v1/privacy/plans', { params: { query: page } }))),
  )
  const apply = (open: boolean) => void navigate({ search: { create: open || undefined }, replace: true })
  return (
    <Page
      title="Deployment plans"
      about="What the agreement of one organisation sets: stricter than the policy, or different where the agreement says so. The gates obey it."
      actions={<Button onClick={() => apply(true)}>Apply a plan</Button>}
    >
      <PagedRows
        label="Deployment plans"
        columns={columns}
        query={query}
        keyOf={({ organisationId }) => organisationId}
        empty={
          <Empty title="No organisation has a plan" action={<Button onClick={() => apply(true)}>Apply a plan</Button>}>
            The policy holds for everyone until an agreement narrows it.
          </Empty>
        }
      />
      <SameAct cli="avow plan list" call={{ method: 'GET', path: '/api/v1/privacy/plans' }} />
      {create === true && <ApplyPlanDialog onClose={() => apply(false)} />}
    </Page>
  )
}
