import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { Transfer } from '../../../app/views.ts'
import { counted } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { When } from '../../../ui/when.tsx'

const columns: readonly Column<Transfer>[] = [
  {
    name: 'Where',
    show: ({ from, to, name }) => (
      <div className="stack-tight">
        <span className="row-name">
          {from} to {to}
        </span>
        <span className="small soft">{name}</span>
      </div>
    ),
  },
  { name: 'What for', show: ({ purposes }) => purposes.join(', ') },
  { name: 'What', show: ({ categories }) => <span className="small">{categories.join(', ') || '–'}</span> },
  { name: 'Safeguard', show: ({ safeguard }) => safeguard ?? 'the policy allows this region' },
  { name: 'Times', numeric: true, show: ({ times }) => counted(times, 'time') },
  { name: 'Last', show: ({ lastAt }) => <When at={lastAt} /> },
]

/** Each crossing of a border with its safeguard. */
export const Transfers = () => {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['transfers'],
    queryFn: () => answer(api.GET('/api/v1/privacy/transfers')),
  })
  const here =
    data?.here == null
      ? 'Where this installation is, is not set: AVOW_REGION says it.'
      : `This installation is in ${data.here}.`
  return (
    <Section title="Transfers" about={data === undefined ? undefined : here}>
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && (
        <Empty title="Nothing crossed a border">What goes to another country is listed with its safeguard.</Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Transfers"
          columns={columns}
          rows={data.items}
          keyOf={({ from, to, name, recipient }) => `${from} ${to} ${name} ${recipient}`}
        />
      )}
    </Section>
  )
}
