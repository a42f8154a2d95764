import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { pagesQuery } from '../../app/pages-query.ts'
import type { LedgerEntry } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { money } from '../../ui/format.ts'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { When } from '../../ui/when.tsx'

const words: Record<LedgerEntry['kind'], string> = {
  payment: 'Payment',
  credit: 'Credit',
  usage: 'Usage',
  ended: 'The balance ended',
}

const columns: readonly Column<LedgerEntry>[] = [
  { name: 'When', show: ({ at }) => <When at={at} /> },
  {
    name: 'What',
    show: ({ kind, id, debit, invoiceNumber }) => (
      <div className="stack-tight">
        <span className="row-name">
          {words[kind]}
          {debit === 'prepaid' && (kind === 'payment' || kind === 'credit') && ', taken back'}
        </span>
        <span className="small soft">
          {invoiceNumber === null ? '' : `Invoice ${invoiceNumber} `}
          <CopyId short id={id} />
        </span>
      </div>
    ),
  },
  {
    name: 'Amount',
    numeric: true,
    show: ({ amountMicros, credit, currency }) =>
      money(credit === 'prepaid' ? amountMicros : `-${amountMicros}`, currency),
  },
  { name: 'Balance after', numeric: true, show: ({ balanceMicros, currency }) => money(balanceMicros, currency) },
]

/** What was put into a balance and spent from it, newest first. */
export const LedgerEntries = ({
  query,
  empty,
}: {
  query: ReturnType<typeof pagesQuery<LedgerEntry>>
  empty: ReactNode
}) => (
  <PagedRows
    label="Entries of the balance"
    columns={columns}
    query={useInfiniteQuery(query)}
    keyOf={({ id }) => id}
    empty={empty}
  />
)
