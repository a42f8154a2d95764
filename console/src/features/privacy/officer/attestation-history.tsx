import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { pagesQuery } from '../../../app/pages-query.ts'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { Attestation } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Empty, Section } from '../../../ui/page.tsx'
import { PagedRows } from '../../../ui/paged-rows.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { AttestationStateBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'

const RevokeDialog = ({ made, onClose }: { made: Attestation; onClose: () => void }) => {
  const api = useApi()
  const params = { path: { name: made.name, attestationId: made.id } }
  const path = '/api/v1/privacy/attestations/{name}/statements/{attestationId}/revoke'
  const revoke = useAct(() => answer(api.POST(path, { params, body: {} })), {
    changes: [['attestations'], ['report']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title="Take the statement back"
      act="Take it back"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      cli={avowLine('attestation', 'revoke', made.name, made.id, '--yes')}
      call={{
        method: 'POST',
        path: `/api/v1/privacy/attestations/${made.name}/statements/${made.id}/revoke`,
        body: {},
      }}
      onSubmit={() => revoke.mutate(undefined)}
    >
      <p>Its clauses are unproven from the next check on. It cannot be put into force again; it can be stated anew.</p>
    </ActDialog>
  )
}

const columns: readonly Column<Attestation>[] = [
  {
    name: 'Stated',
    show: ({ statedAt, note }) => (
      <div className="stack-tight">
        <When at={statedAt} />
        {note !== null && <span className="small soft">{note}</span>}
      </div>
    ),
  },
  { name: 'State', show: ({ state }) => <AttestationStateBadge state={state} /> },
  { name: 'Until', show: ({ validUntil, revokedAt }) => <When at={revokedAt ?? validUntil} /> },
  { name: 'Role', show: ({ role }) => role },
  {
    name: 'By',
    show: ({ statedBy }) => (statedBy === null ? <span className="soft">erased</span> : <CopyId short id={statedBy} />),
  },
]

/** Every statement of one attestation, newest first. */
export const AttestationHistory = ({ name }: { name: string }) => {
  const api = useApi()
  const [revoking, setRevoking] = useState<Attestation | null>(null)
  const query = useInfiniteQuery(
    pagesQuery(['attestations', 'history', name], (page) =>
      answer(api.GET('/api/v1/privacy/attestations/{name}', { params: { path: { name }, query: page } })),
    ),
  )
  const acts: Column<Attestation> = {
    name: 'Acts',
    quiet: true,
    show: (made) =>
      made.state === 'in force' && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setRevoking(made)}>
            Take back
          </Button>
        </div>
      ),
  }
  return (
    <Section title={`History of ${name}`}>
      <PagedRows
        label={`History of ${name}`}
        columns={[...columns, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={<Empty title="Nobody has stated it yet">Its clauses are unproven until somebody does.</Empty>}
      />
      {revoking !== null && <RevokeDialog made={revoking} onClose={() => setRevoking(null)} />}
    </Section>
  )
}
