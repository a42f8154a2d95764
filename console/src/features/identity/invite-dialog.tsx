import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import type { OrganisationRole } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { roleChoices, roleOf } from './roles.ts'

/** Invites a person by mail. */
export const InviteDialog = ({ organisationId, onClose }: { organisationId: string; onClose: () => void }) => {
  const api = useApi()
  const isOwner = useRole('owner')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<OrganisationRole>('member')
  const invite = useAct(
    (body: { email: string; role: OrganisationRole }, header) =>
      answer(
        api.POST('/api/v1/organisations/{organisationId}/invitations', {
          params: { path: { organisationId }, header },
          body,
        }),
      ),
    { changes: [['invitations', organisationId]], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Invite a person"
      act="Send invitation"
      busy={invite.isPending}
      error={invite.error}
      cli={avowLine('member', 'invite', email || 'EMAIL', '--role', role, '--organisation', organisationId)}
      call={{ method: 'POST', path: `/api/v1/organisations/${organisationId}/invitations`, body: { email, role } }}
      onSubmit={() => invite.mutate({ email, role })}
    >
      <TextInput
        label="Email"
        type="email"
        description="Only this address can accept"
        data-autofocus
        value={email}
        error={fieldErrors(invite.error)['email']}
        onChange={(event) => setEmail(event.currentTarget.value.trim())}
      />
      <NativeSelect
        label="Role"
        value={role}
        onChange={(event) => setRole(roleOf(event.currentTarget.value))}
        data={roleChoices(isOwner)}
      />
    </ActDialog>
  )
}
