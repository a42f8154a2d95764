import '../privacy.css'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { WantedAttestation } from '../../../app/views.ts'
import { period } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { AttestationStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { AttestDialog } from './attest-dialog.tsx'
import { AttestationHistory } from './attestation-history.tsx'
import { Responsibilities } from './responsibilities.tsx'

const columns: readonly Column<WantedAttestation>[] = [
  {
    name: 'Statement',
    show: ({ name, statement }) => (
      <div className="stack-tight">
        <span className="row-name">{name}</span>
        <span className="small">{statement}</span>
      </div>
    ),
  },
  { name: 'State', show: ({ state }) => <AttestationStateBadge state={state} /> },
  { name: 'Ends', show: ({ validUntil }) => <When at={validUntil} none="–" /> },
  {
    name: 'Role',
    show: ({ role, mine, validity }) => (
      <div className="stack-tight">
        <span>{mine ? `${role} (you)` : role}</span>
        <span className="small soft">valid for {period(validity)}</span>
      </div>
    ),
  },
  {
    name: 'Clauses',
    show: ({ clauses }) => (
      <ul className="plain-list small">
        {clauses.map((clause) => (
          <li key={clause}>
            <Link to="/privacy/report" search={{ search: clause }}>
              {clause}
            </Link>
          </li>
        ))}
      </ul>
    ),
  },
]

/** What the policy wants stated by people: who vouches for what, until when. */
export const AttestationsPage = () => {
  const api = useApi()
  const [attesting, setAttesting] = useState<WantedAttestation | null>(null)
  const [shown, setShown] = useState<string | null>(null)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['attestations'],
    queryFn: () => answer(api.GET('/api/v1/privacy/attestations')),
  })
  const acts: Column<WantedAttestation> = {
    name: 'Acts',
    quiet: true,
    show: (wanted) => (
      <div className="row-actions">
        {wanted.mine && (
          <Button size="xs" onClick={() => setAttesting(wanted)}>
            Attest<span className="only-read"> {wanted.name}</span>
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setShown(shown === wanted.name ? null : wanted.name)}>
          History<span className="only-read"> of {wanted.name}</span>
        </Button>
      </div>
    ),
  }
  return (
    <Page
      title="Attestations"
      about="What no check can see, a person in the role that the policy names states in its words, until a date. After that its clauses are unproven again."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data?.items.length === 0 && (
        <Empty title="Nothing has to be stated">Every clause of this policy is checked, or informs only.</Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows label="Attestations" columns={[...columns, acts]} rows={data.items} keyOf={({ name }) => name} />
      )}
      {shown !== null && <AttestationHistory name={shown} />}
      <Responsibilities roles={[...new Set(data?.items.map(({ role }) => role))]} />
      <SameAct cli="avow attestation list" call={{ method: 'GET', path: '/api/v1/privacy/attestations' }} />
      {attesting !== null && <AttestDialog wanted={attesting} onClose={() => setAttesting(null)} />}
    </Page>
  )
}
