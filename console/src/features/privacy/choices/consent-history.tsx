import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { Consent } from '../../../app/views.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { YesNoBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import type { Whose } from './choice-acts.ts'

const columns: readonly Column<Consent>[] = [
  { name: 'Purpose', show: ({ purpose }) => <span className="row-name">{purpose}</span> },
  { name: 'Said', show: ({ state }) => <YesNoBadge yes={state === 'given'} words={['agreed', 'withdrawn']} /> },
  { name: 'When', show: ({ at }) => <When at={at} /> },
  { name: 'Policy', show: ({ policy, policyVersion }) => `${policy} ${policyVersion}` },
  {
    name: 'How',
    show: ({ how, recordedBy }) => (recordedBy === null ? how.replaceAll('-', ' ') : 'written down by an officer'),
  },
  { name: 'Replaced', show: ({ supersededAt }) => <When at={supersededAt} none="in force" /> },
]

/** What a person agreed to and took back: each word stays on record. */
export const ConsentHistory = ({ whose }: { whose: Whose }) => {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['consents', whose],
    queryFn: () =>
      answer(
        whose === null
          ? api.GET('/api/v1/me/privacy/consents')
          : api.GET('/api/v1/privacy/people/{personId}/consents', { params: { path: { personId: whose } } }),
      ),
  })
  return (
    <>
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && <p className="small soft">Nothing was agreed to yet.</p>}
      {data !== undefined && data.items.length > 0 && (
        <Rows label="Consents" columns={columns} rows={data.items.toReversed()} keyOf={({ id }) => id} />
      )}
    </>
  )
}
