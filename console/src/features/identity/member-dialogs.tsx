import { NativeSelect } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import type { Member, OrganisationRole } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { roleChoices, roleOf } from './roles.ts'

interface Props {
  organisationId: string
  member: Member
  onClose: () => void
}

const pathOf = (organisationId: string, member: Member) =>
  `/api/v1/organisations/${organisationId}/members/${member.personId}`

/** Changes what a member may do. */
export const ChangeRoleDialog = ({ organisationId, member, onClose }: Props) => {
  const api = useApi()
  const isOwner = useRole('owner')
  const [role, setRole] = useState<OrganisationRole>(member.role)
  const change = useAct(
    (body: { role: OrganisationRole }) =>
      answer(
        api.PATCH('/api/v1/organisations/{organisationId}/members/{personId}', {
          params: { path: { organisationId, personId: member.personId } },
          body,
        }),
      ),
    { changes: [['members', organisationId], ['me']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Role of ${member.name}`}
      act="Change role"
      busy={change.isPending}
      error={change.error}
      cli={avowLine('member', 'role', member.email, role, '--organisation', organisationId)}
      call={{ method: 'PATCH', path: pathOf(organisationId, member), body: { role } }}
      onSubmit={() => change.mutate({ role })}
    >
      <NativeSelect
        label="Role"
        value={role}
        onChange={(event) => setRole(roleOf(event.currentTarget.value))}
        data={roleChoices(isOwner || member.role === 'owner')}
      />
    </ActDialog>
  )
}

/** Removes a member, or lets one leave. */
export const RemoveMemberDialog = ({ organisationId, member, isMe, onClose }: Props & { isMe: boolean }) => {
  const api = useApi()
  const navigate = useNavigate()
  const remove = useAct(
    () =>
      answer(
        api.DELETE('/api/v1/organisations/{organisationId}/members/{personId}', {
          params: { path: { organisationId, personId: member.personId } },
        }),
      ),
    {
      changes: [['members', organisationId], ['me']],
      onDone: () => {
        onClose()
        if (isMe) void navigate({ to: '/' })
      },
    },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={isMe ? 'Leave the organisation' : `Remove ${member.name}`}
      act={isMe ? 'Leave' : 'Remove member'}
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('member', 'remove', member.email, '--yes', '--organisation', organisationId)}
      call={{ method: 'DELETE', path: pathOf(organisationId, member) }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>
        {isMe ? 'You lose' : `${member.name} loses`} access to every project of the organisation at once. API keys
        belong to the project and go on working: rotate those that only this person knew.
      </p>
    </ActDialog>
  )
}
