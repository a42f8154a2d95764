import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { shownTime } from '../../time.ts'

export const listInvitations = command({
  summary: 'List the invitations of the organisation',
  takes: ['organisation', 'pages'],
  examples: [['avow member invitations', 'pending, accepted, revoked and expired']],
  run: async (session) => {
    const organisationId = await currentOrganisation(session)
    const page = await session.pages((query) =>
      session
        .api()
        .GET('/api/v1/organisations/{organisationId}/invitations', { params: { path: { organisationId }, query } }),
    )
    session.printList(
      page,
      [
        { title: 'EMAIL', value: (row) => row.email, mayShrink: true },
        { title: 'ROLE', value: (row) => row.role },
        { title: 'STATE', value: (row) => row.state },
        { title: 'EXPIRES', value: (row) => shownTime(row.expiresAt) },
        { title: 'ID', value: (row) => row.id },
      ],
      'No invitation. Invite someone: avow member invite EMAIL',
    )
  },
})
