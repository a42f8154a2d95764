import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const myDisclosures = command({
  summary: 'List to whom data about you went, when, what and on what ground',
  takes: ['pages'],
  examples: [['avow privacy disclosures', 'one line a day for each party']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/me/disclosures', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'TO', value: (row) => row.name },
        { title: 'WHAT', value: (row) => row.fields.join(', '), mayShrink: true },
        { title: 'FOR', value: (row) => row.purpose },
        { title: 'GROUND', value: (row) => row.ground },
        { title: 'IN', value: (row) => row.country ?? '-' },
        { title: 'TIMES', value: (row) => String(row.times), right: true },
        { title: 'LAST', value: (row) => relativeTime(row.lastAt, now) },
      ],
      'Nothing about you went to anybody else.',
    )
  },
})
