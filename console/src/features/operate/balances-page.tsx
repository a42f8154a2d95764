import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer } from '../../app/problem.ts'
import type { Balance, LedgerEntry } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { CopyId } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { money } from '../../ui/format.ts'
import { Empty, Page } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { When } from '../../ui/when.tsx'
import { LedgerEntries } from '../usage/ledger-entries.tsx'
import { TopUpDialog } from './top-up-dialog.tsx'

const columns: readonly Column<Balance>[] = [
  { name: 'Organisation', show: ({ organisationId }) => <CopyId id={organisationId} /> },
  { name: 'Left', numeric: true, show: ({ leftMicros, currency }) => money(leftMicros, currency) },
  { name: 'Set aside', numeric: true, show: ({ reservedMicros, currency }) => money(reservedMicros, currency) },
  {
    name: 'Spent since the last top-up',
    numeric: true,
    show: ({ spentMicros, lastTopUpMicros, currency }) => (
      <div>
        {money(spentMicros, currency)}
        <div className="small soft">of {money(lastTopUpMicros, currency)}</div>
      </div>
    ),
  },
  {
    name: 'Last refused',
    show: ({ refusedAt }) => (refusedAt === null ? <span className="soft">no call</span> : <When at={refusedAt} />),
  },
]

type Act = { kind: 'top-up' | 'history'; organisationId: string }

const HistoryDialog = ({ organisationId, onClose }: { organisationId: string; onClose: () => void }) => {
  const api = useApi()
  return (
    <Dialog title="Entries of a balance" onClose={onClose} shape="wide">
      <LedgerEntries
        query={pagesQuery<LedgerEntry>(['balances', organisationId, 'history'], (query) =>
          answer(
            api.GET('/api/v1/operate/balances/{organisationId}/history', {
              params: { path: { organisationId }, query },
            }),
          ),
        )}
        empty={<Empty title="Nothing was entered yet">Usage is entered once a day, and before each top-up.</Empty>}
      />
      <SameAct
        cli={avowLine('balance', 'history', '--of', organisationId)}
        call={{ method: 'GET', path: `/api/v1/operate/balances/${organisationId}/history` }}
      />
    </Dialog>
  )
}

/** What organisations paid beforehand, and what is left of it. */
export const BalancesPage = () => {
  const api = useApi()
  const [act, setAct] = useState<Act | null>(null)
  const query = useInfiniteQuery({
    ...pagesQuery<Balance>(['balances'], (page) =>
      answer(api.GET('/api/v1/operate/balances', { params: { query: page } })),
    ),
    refetchInterval: 30_000,
  })
  const acts: Column<Balance> = {
    name: 'Acts',
    quiet: true,
    show: ({ organisationId }) => (
      <div className="row-actions">
        <Button size="xs" variant="default" onClick={() => setAct({ kind: 'top-up', organisationId })}>
          Top up<span className="only-read"> {organisationId}</span>
        </Button>
        <Button size="xs" variant="default" onClick={() => setAct({ kind: 'history', organisationId })}>
          Entries<span className="only-read"> of {organisationId}</span>
        </Button>
      </div>
    ),
  }
  const close = () => setAct(null)
  return (
    <Page
      title="Prepaid balances"
      about="Organisations on prepaid: their calls stop where the balance ends. Others pay afterwards."
      actions={<Button onClick={() => setAct({ kind: 'top-up', organisationId: '' })}>Top up</Button>}
    >
      <PagedRows
        label="Prepaid balances"
        columns={[...columns, acts]}
        query={query}
        keyOf={({ organisationId }) => organisationId}
        empty={
          <Empty title="No organisation is on prepaid">The first top-up puts one on it. You need the id of it.</Empty>
        }
      />
      <SameAct cli={avowLine('balance', 'list')} call={{ method: 'GET', path: '/api/v1/operate/balances' }} />
      {act?.kind === 'top-up' && <TopUpDialog organisationId={act.organisationId} onClose={close} />}
      {act?.kind === 'history' && <HistoryDialog organisationId={act.organisationId} onClose={close} />}
    </Page>
  )
}
