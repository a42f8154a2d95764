import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useParams } from '@tanstack/react-router'
import { useRole } from '../../app/use-scope.ts'
import { Page } from '../../ui/page.tsx'
import { Invitations } from './invitations.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberRows } from './member-rows.tsx'

/** Who belongs to an organisation, and who is invited. */
export const MembersPage = () => {
  const { organisationId } = useParams({ from: '/signed-in/organisations/$organisationId/members' })
  const mayManage = useRole('owner', 'admin')
  const [inviting, invite] = useDisclosure()
  return (
    <Page
      title="Members"
      about="A role holds for every project of the organisation."
      actions={mayManage && <Button onClick={invite.open}>Invite a person</Button>}
    >
      <MemberRows organisationId={organisationId} />
      {mayManage && <Invitations organisationId={organisationId} />}
      {inviting && <InviteDialog organisationId={organisationId} onClose={invite.close} />}
    </Page>
  )
}
