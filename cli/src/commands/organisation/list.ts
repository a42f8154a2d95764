import { command } from '../../command.ts'
import { shownTime } from '../../time.ts'

export const listOrganisations = command({
  summary: 'List the organisations you belong to',
  takes: ['pages'],
  examples: [['avow organisation list', 'with your role in each']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/organisations', { params: { query } }))
    session.printList(
      page,
      [
        { title: 'NAME', value: (row) => row.name, mayShrink: true },
        { title: 'YOUR ROLE', value: (row) => row.role },
        { title: 'CREATED', value: (row) => shownTime(row.createdAt) },
        { title: 'ID', value: (row) => row.id },
      ],
      'You belong to no organisation. Create one: avow organisation create NAME',
    )
  },
})
