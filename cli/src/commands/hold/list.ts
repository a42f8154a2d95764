import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listHolds = command({
  summary: 'List legal holds (officer)',
  takes: ['pages'],
  examples: [['avow hold list', 'newest first']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/privacy/holds', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'STATE', value: (row) => (row.active ? 'in force' : 'ended') },
        { title: 'ON', value: (row) => row.subjectId ?? row.scope },
        { title: 'CATEGORIES', value: (row) => row.categories?.join(', ') ?? 'all', mayShrink: true },
        { title: 'GROUND', value: (row) => row.ground, mayShrink: true },
        { title: 'REFERENCE', value: (row) => row.reference ?? '-' },
        { title: 'PLACED', value: (row) => relativeTime(row.placedAt, now) },
        { title: 'ENDS', value: (row) => relativeTime(row.endsAt, now) },
        { title: 'ID', value: (row) => row.id },
      ],
      'No hold.',
    )
  },
})
