import { choiceFlag, command, one } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { memberRoles } from '../../roles.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

export const inviteMember = command({
  summary: 'Invite a person to the organisation by email',
  args: { email: one('the person’s address') },
  flags: { role: choiceFlag('--role <role>', 'what they may do (member)', memberRoles) },
  takes: ['organisation'],
  examples: [['avow member invite ada@example.org --role admin', 'sends a mail with a link']],
  run: async (session, { email, role }) => {
    const organisationId = await currentOrganisation(session)
    const invitation = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/invitations', {
        params: { path: { organisationId } },
        body: { email, ...(role === undefined ? {} : { role }) },
      }),
    )
    session.print(
      invitation,
      () => `Invited ${harmless(invitation.email)} as ${invitation.role}, until ${shownTime(invitation.expiresAt)}.\n`,
    )
  },
})
