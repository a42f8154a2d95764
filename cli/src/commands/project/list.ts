import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { shownTime } from '../../time.ts'

export const listProjects = command({
  summary: 'List the projects of the organisation',
  takes: ['organisation', 'pages'],
  examples: [['avow project list', 'in the current organisation']],
  run: async (session) => {
    const organisationId = await currentOrganisation(session)
    const page = await session.pages((query) =>
      session
        .api()
        .GET('/api/v1/organisations/{organisationId}/projects', { params: { path: { organisationId }, query } }),
    )
    session.printList(
      page,
      [
        { title: 'NAME', value: (row) => row.name, mayShrink: true },
        { title: 'CREATED', value: (row) => shownTime(row.createdAt) },
        { title: 'ID', value: (row) => row.id },
      ],
      'No project here. Create one: avow project create NAME',
    )
  },
})
