import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { useMe } from '../../../app/use-scope.ts'
import type { Responsibility } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { When } from '../../../ui/when.tsx'

const AppointDialog = ({ roles, onClose }: { roles: readonly string[]; onClose: () => void }) => {
  const api = useApi()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState(roles[0] ?? '')
  const body = { email: email.trim(), role }
  const appoint = useAct(
    (input: typeof body, header) =>
      answer(api.POST('/api/v1/privacy/responsibilities', { params: { header }, body: input })),
    { changes: [['attestations'], ['responsibilities']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Make somebody responsible"
      act="Make responsible"
      busy={appoint.isPending}
      error={appoint.error}
      cli={avowLine('attestation', 'appoint', body.email || 'EMAIL', role)}
      call={{ method: 'POST', path: '/api/v1/privacy/responsibilities', body }}
      onSubmit={() => appoint.mutate(body)}
    >
      <TextInput
        label="Email"
        type="email"
        description="Of a member of staff"
        data-autofocus
        value={email}
        error={fieldErrors(appoint.error)['email']}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <NativeSelect
        label="Role"
        value={role}
        onChange={(event) => setRole(event.currentTarget.value)}
        data={[...roles]}
      />
    </ActDialog>
  )
}

const DismissDialog = ({ of, onClose }: { of: Responsibility; onClose: () => void }) => {
  const api = useApi()
  const params = { path: { role: of.role, personId: of.personId } }
  const dismiss = useAct(() => answer(api.DELETE('/api/v1/privacy/responsibilities/{role}/{personId}', { params })), {
    changes: [['attestations'], ['responsibilities']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title={`End the responsibility for ${of.role}`}
      act="End it"
      danger
      busy={dismiss.isPending}
      error={dismiss.error}
      cli={avowLine('attestation', 'dismiss', of.email, of.role)}
      call={{ method: 'DELETE', path: `/api/v1/privacy/responsibilities/${of.role}/${of.personId}` }}
      onSubmit={() => dismiss.mutate(undefined)}
    >
      <p>{of.email} may not attest in this role any more. What they stated stays in force.</p>
    </ActDialog>
  )
}

const columns: readonly Column<Responsibility>[] = [
  { name: 'Role', show: ({ role }) => <span className="row-name">{role}</span> },
  { name: 'Person', show: ({ email }) => email },
  { name: 'Since', show: ({ since }) => <When at={since} /> },
]

/** Who may attest in a role that is no staff role. */
export const Responsibilities = ({ roles }: { roles: readonly string[] }) => {
  const api = useApi()
  const isOperator = useMe().staffRole === 'operator'
  const [appointing, setAppointing] = useState(false)
  const [leaving, setLeaving] = useState<Responsibility | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['responsibilities'],
    queryFn: () => answer(api.GET('/api/v1/privacy/responsibilities')),
  })
  const acts: Column<Responsibility> = {
    name: 'Acts',
    quiet: true,
    show: (one) => (
      <div className="row-actions">
        <Button size="xs" variant="default" onClick={() => setLeaving(one)}>
          End<span className="only-read"> the responsibility of {one.email}</span>
        </Button>
      </div>
    ),
  }
  return (
    <Section
      title="Who is responsible"
      about="For roles that are no staff roles. Staff with a role of that name attest without it."
      actions={
        isOperator &&
        roles.length > 0 && (
          <Button variant="default" size="xs" onClick={() => setAppointing(true)}>
            Make somebody responsible
          </Button>
        )
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && (
        <Empty title="Nobody is appointed">
          {isOperator
            ? 'Appoint a member of staff for each role that the policy names.'
            : 'An operator appoints people.'}
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Responsible"
          columns={isOperator ? [...columns, acts] : columns}
          rows={data.items}
          keyOf={({ role, personId }) => `${role} ${personId}`}
        />
      )}
      {appointing && <AppointDialog roles={roles} onClose={() => setAppointing(false)} />}
      {leaving !== null && <DismissDialog of={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  )
}
