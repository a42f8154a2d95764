import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { StaffMember, StaffRole } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page, PageLoading } from '../../ui/page.tsx'
import { PersonName } from '../../ui/person-name.tsx'
import { type Column, MoreRows, Rows } from '../../ui/rows.tsx'
import { YesNoBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const roleWords: Record<StaffRole, string> = {
  operator: 'runs the cloud: models, staff, everything here',
  'privacy-officer': 'report, checks and people’s rights',
  support: 'helps people; reads the outbox',
}
const staffRoles = Object.keys(roleWords) as StaffRole[]

const AddDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<StaffRole>('support')
  const add = useAct(
    (body: { email: string; role: StaffRole }, header) =>
      answer(api.POST('/api/v1/operate/staff', { params: { header }, body })),
    { changes: [['staff']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Add a member of staff"
      act="Add to staff"
      busy={add.isPending}
      error={add.error}
      cli={avowLine('staff', 'add', email || 'EMAIL', role)}
      call={{ method: 'POST', path: '/api/v1/operate/staff', body: { email, role } }}
      onSubmit={() => add.mutate({ email, role })}
    >
      <TextInput
        label="Email"
        type="email"
        description="Of an account that exists here"
        data-autofocus
        value={email}
        error={fieldErrors(add.error)['email']}
        onChange={(event) => setEmail(event.currentTarget.value.trim())}
      />
      <NativeSelect
        label="Role"
        value={role}
        onChange={(event) => setRole(staffRoles.find((known) => known === event.currentTarget.value) ?? 'support')}
        data={staffRoles.map((value) => ({ value, label: `${value}: ${roleWords[value]}` }))}
      />
    </ActDialog>
  )
}

const RemoveDialog = ({ member, onClose }: { member: StaffMember; onClose: () => void }) => {
  const api = useApi()
  const remove = useAct(
    () => answer(api.DELETE('/api/v1/operate/staff/{personId}', { params: { path: { personId: member.personId } } })),
    { changes: [['staff'], ['me']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Take the staff role of ${member.name} away`}
      act="Take role away"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('staff', 'remove', member.email, '--yes')}
      call={{ method: 'DELETE', path: `/api/v1/operate/staff/${member.personId}` }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>The account stays; it can do nothing as {member.role} from now on.</p>
    </ActDialog>
  )
}

const columns: readonly Column<StaffMember>[] = [
  { name: 'Name', show: (member) => <PersonName person={member} /> },
  { name: 'Role', show: (member) => member.role },
  { name: 'Two-step sign-in', show: (member) => <YesNoBadge yes={member.secondFactor} words={['on', 'off']} /> },
  { name: 'Since', show: (member) => <When at={member.since} /> },
]

/** The operator's own people. */
export const StaffPage = () => {
  const api = useApi()
  const me = useMe()
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<StaffMember | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['staff'],
    queryFn: ({ pageParam }) =>
      answer(api.GET('/api/v1/operate/staff', { params: { query: pageParam === null ? {} : { cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const isOperator = me.staffRole === 'operator'
  const acts: Column<StaffMember> = {
    name: 'Acts',
    quiet: true,
    show: (member) => (
      <div className="row-actions">
        <Button size="xs" variant="default" onClick={() => setLeaving(member)}>
          Take role away<span className="only-read"> from {member.name}</span>
        </Button>
      </div>
    ),
  }
  return (
    <Page
      title="Staff"
      about="The people who run this cloud, apart from any organisation. Each needs two-step sign-in."
      actions={isOperator && <Button onClick={() => setAdding(true)}>Add a person</Button>}
    >
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.isPending && <PageLoading />}
      {query.data !== undefined && (
        <div>
          <Rows
            label="Staff"
            columns={isOperator ? [...columns, acts] : columns}
            rows={query.data.pages.flatMap((page) => page.items)}
            keyOf={(member) => member.personId}
          />
          <MoreRows query={query} />
        </div>
      )}
      {adding && <AddDialog onClose={() => setAdding(false)} />}
      {leaving !== null && <RemoveDialog member={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  )
}
