import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { ToldAuthorityRequest } from '../../../app/views.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { When } from '../../../ui/when.tsx'

const columns: readonly Column<ToldAuthorityRequest>[] = [
  {
    name: 'Authority',
    show: ({ authority, legalBasis }) => (
      <div className="stack-tight">
        <span className="row-name">{authority}</span>
        <span className="small soft">{legalBasis}</span>
      </div>
    ),
  },
  { name: 'Outcome', show: ({ outcome }) => outcome },
  { name: 'What', show: ({ categories }) => <span className="small">{categories.join(', ')}</span> },
  { name: 'Received', show: ({ receivedAt }) => <When at={receivedAt} /> },
  { name: 'Handed out', show: ({ handedOutAt }) => <When at={handedOutAt} none="–" /> },
]

/** Requests of authorities about the person of which they were told; nothing where there is none. */
export const AuthoritiesSection = () => {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['my-authority-requests'],
    queryFn: () => answer(api.GET('/api/v1/me/authority-requests')),
  })
  if (error === null && (data === undefined || data.items.length === 0)) return null
  return (
    <Section
      title="What authorities asked for"
      about="Of which you were told. Nothing leaves before two people looked at it."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data !== undefined && (
        <Rows label="What authorities asked for" columns={columns} rows={data.items} keyOf={({ id }) => id} />
      )}
    </Section>
  )
}
