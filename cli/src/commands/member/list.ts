import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { shownTime } from '../../time.ts'

export const listMembers = command({
  summary: 'List the members of the organisation',
  takes: ['organisation', 'pages'],
  examples: [['avow member list', 'with role and second factor']],
  run: async (session) => {
    const organisationId = await currentOrganisation(session)
    const page = await session.pages((query) =>
      session
        .api()
        .GET('/api/v1/organisations/{organisationId}/members', { params: { path: { organisationId }, query } }),
    )
    session.printList(
      page,
      [
        { title: 'NAME', value: (row) => row.name, mayShrink: true },
        { title: 'EMAIL', value: (row) => row.email, mayShrink: true },
        { title: 'ROLE', value: (row) => row.role },
        { title: 'TWO-STEP', value: (row) => (row.secondFactor ? 'on' : 'off') },
        { title: 'JOINED', value: (row) => shownTime(row.joinedAt) },
        { title: 'ID', value: (row) => row.personId },
      ],
      'Nobody is here. Invite someone: avow member invite EMAIL',
    )
  },
})
