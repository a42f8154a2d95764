import '../privacy.css'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { StaffAccess } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { accessColumns } from '../access-columns.tsx'

const EndDialog = ({ access, onClose }: { access: StaffAccess; onClose: () => void }) => {
  const api = useApi()
  const params = { path: { grantId: access.id } }
  const end = useAct(() => answer(api.POST('/api/v1/operate/access/{grantId}/end', { params, body: {} })), {
    changes: [['accesses'], ['outbox']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title="End the access"
      act="End it now"
      danger
      busy={end.isPending}
      error={end.error}
      cli={avowLine('access', 'end', access.id)}
      call={{ method: 'POST', path: `/api/v1/operate/access/${access.id}/end`, body: {} }}
      onSubmit={() => end.mutate(undefined)}
    >
      <p>Nothing more is shown under it from now on. What was looked at stays on record.</p>
    </ActDialog>
  )
}

const who: Column<StaffAccess> = {
  name: 'Who, at whose',
  show: ({ staffId, subjectId }) => (
    <div className="stack-tight small">
      {staffId === null ? <span className="soft">the machine, or erased</span> : <CopyId short id={staffId} />}
      {subjectId === null ? (
        <span className="soft">an address without an account</span>
      ) : (
        <CopyId short id={subjectId} />
      )}
    </div>
  ),
}

const [why, ...facts] = accessColumns

/** Accesses of staff to what is about people. */
export const AccessesPage = () => {
  const api = useApi()
  const [ending, setEnding] = useState<StaffAccess | null>(null)
  const query = useInfiniteQuery({
    ...pagesQuery(['accesses'], (page) => answer(api.GET('/api/v1/operate/access', { params: { query: page } }))),
    refetchInterval: 30_000,
  })
  const acts: Column<StaffAccess> = {
    name: 'Acts',
    quiet: true,
    show: (access) =>
      access.active && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setEnding(access)}>
            End
          </Button>
        </div>
      ),
  }
  return (
    <Page
      title="Staff access"
      about="What staff looked at, of whom, and why. Each person sees the same of themselves, and each access is in the evidence log."
    >
      <PagedRows
        label="Staff access"
        columns={[why, who, ...facts, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={<Empty title="Nobody has looked">Mail of others opens in the outbox for a stated reason only.</Empty>}
      />
      <SameAct cli="avow access list" call={{ method: 'GET', path: '/api/v1/operate/access' }} />
      {ending !== null && <EndDialog access={ending} onClose={() => setEnding(null)} />}
    </Page>
  )
}
