import '../privacy.css'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { TrainingApproval } from '../../../app/views.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { agreedColumn, scopeColumns, stateColumn } from './approvals.tsx'
import { ApproveDialog } from './approve-dialog.tsx'
import { queryOf, TrainingFilters } from './training-filters.tsx'
import { WithdrawDialog } from './withdraw-dialog.tsx'

const organisationColumn: Column<TrainingApproval> = {
  name: 'Organisation',
  show: ({ organisationId }) => <CopyId short id={organisationId} />,
}

/** Who let content of customers train a model; signed approvals are written down here. */
export const TrainingPage = () => {
  const api = useApi()
  const filter = useSearch({ from: '/signed-in/officer/privacy/training' })
  const navigate = useNavigate({ from: '/privacy/training' })
  const [ending, setEnding] = useState<TrainingApproval | null>(null)
  const query = useInfiniteQuery(
    pagesQuery(['training', 'everyone', queryOf(filter)], (page) =>
      answer(api.GET('/api/v1/privacy/training', { params: { query: { ...page, ...queryOf(filter) } } })),
    ),
  )
  const narrowed = Object.keys(queryOf(filter)).length > 0
  const record = (open: boolean) =>
    void navigate({ search: (old) => ({ ...old, create: open || undefined }), replace: true })
  const button = <Button onClick={() => record(true)}>Record an approval</Button>
  const acts: Column<TrainingApproval> = {
    name: 'Acts',
    quiet: true,
    show: (approval) =>
      approval.inForce && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setEnding(approval)}>
            End<span className="only-read"> the approval of {approval.organisationId}</span>
          </Button>
        </div>
      ),
  }
  return (
    <Page
      title="Training approvals"
      about="Content of customers trains a model only where its organisation agreed. Owners opt in by themselves; what they signed on paper is written down here."
      actions={button}
    >
      <TrainingFilters />
      <PagedRows
        label="Training approvals"
        columns={[agreedColumn, organisationColumn, stateColumn, ...scopeColumns, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={
          narrowed ? (
            <Empty title="No approval is like that">Show all of them, or those of another organisation.</Empty>
          ) : (
            <Empty title="No organisation let anything train" action={button}>
              The training gate refuses all content until one agrees.
            </Empty>
          )
        }
      />
      <SameAct
        cli={avowLine(
          'training',
          'list',
          ...(filter.organisation === undefined ? [] : ['--customer', filter.organisation]),
          ...(filter.kind === undefined ? [] : ['--kind', filter.kind]),
          filter.inForce === 'true' && '--in-force',
        )}
        call={{
          method: 'GET',
          path: `/api/v1/privacy/training${narrowed ? `?${new URLSearchParams(queryOf(filter))}` : ''}`,
        }}
      />
      {filter.create === true && <ApproveDialog onClose={() => record(false)} />}
      {ending !== null && <WithdrawDialog approval={ending} as="officer" onClose={() => setEnding(null)} />}
    </Page>
  )
}
