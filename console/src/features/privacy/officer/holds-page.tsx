import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import type { Hold } from '../../../app/views.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Empty, Page } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { YesNoBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { CreateHoldDialog, ReleaseHoldDialog } from './hold-dialogs.tsx'

const columns: readonly Column<Hold>[] = [
  {
    name: 'Ground',
    show: (hold) => (
      <div className="stack-tight">
        <span className="row-name">{hold.ground}</span>
        {hold.reference !== null && <span className="small soft">{hold.reference}</span>}
        <span className="small">
          <CopyId short id={hold.id} />
        </span>
      </div>
    ),
  },
  {
    name: 'On',
    show: ({ scope, subjectId }) => (
      <div className="stack-tight">
        <span>{scope === 'everyone' ? 'everyone' : `a${scope === 'person' ? ' person' : 'n organisation'}`}</span>
        {subjectId !== null && <CopyId short id={subjectId} />}
      </div>
    ),
  },
  { name: 'Holds', show: ({ categories }) => categories?.join(', ') ?? 'everything' },
  { name: 'State', show: ({ active }) => <YesNoBadge yes={active} words={['in force', 'ended']} /> },
  {
    name: 'Placed',
    show: ({ placedAt, placedBy }) => (
      <div className="stack-tight">
        <When at={placedAt} />
        <span className="small soft">{placedBy === null ? 'on the machine' : <CopyId short id={placedBy} />}</span>
      </div>
    ),
  },
  { name: 'Ends', show: ({ endsAt }) => <When at={endsAt} none="when released" /> },
]

/** Legal holds: what is neither expired nor erased, why, and by whom. */
export const HoldsPage = () => {
  const api = useApi()
  const { create } = useSearch({ from: '/signed-in/officer/privacy/holds' })
  const navigate = useNavigate({ from: '/privacy/holds' })
  const [releasing, setReleasing] = useState<Hold | null>(null)
  const query = useInfiniteQuery(
    pagesQuery(['holds'], (page) => answer(api.GET('/api/v1/privacy/holds', { params: { query: page } }))),
  )
  const place = (open: boolean) => void navigate({ search: { create: open || undefined }, replace: true })
  const acts: Column<Hold> = {
    name: 'Acts',
    quiet: true,
    show: (hold) =>
      hold.active && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setReleasing(hold)}>
            Release<span className="only-read"> the hold for {hold.ground}</span>
          </Button>
        </div>
      ),
  }
  return (
    <Page
      title="Legal holds"
      about="What a hold covers is neither expired nor erased. Each destructive step looks for holds in its own transaction."
      actions={<Button onClick={() => place(true)}>Place a hold</Button>}
    >
      <PagedRows
        label="Legal holds"
        columns={[...columns, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="Nothing is held" action={<Button onClick={() => place(true)}>Place a hold</Button>}>
            Place one when a dispute, an incident or a court needs data to stay beyond its period.
          </Empty>
        }
      />
      <SameAct cli="avow hold list" call={{ method: 'GET', path: '/api/v1/privacy/holds' }} />
      {create === true && <CreateHoldDialog onClose={() => place(false)} />}
      {releasing !== null && <ReleaseHoldDialog hold={releasing} onClose={() => setReleasing(null)} />}
    </Page>
  )
}
