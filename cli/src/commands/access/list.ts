import { command } from '../../command.ts'
import { accessColumns } from './access-columns.ts'

export const listAccess = command({
  summary: 'List when staff saw what is about people, and why (officer)',
  takes: ['pages'],
  examples: [['avow access list', 'newest first']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/operate/access', { params: { query } }))
    session.printList(
      page,
      [
        ...accessColumns(session),
        { title: 'STAFF', value: (row: { staffId: string | null }) => row.staffId ?? 'erased', leftOutAs: 2 },
        { title: 'ID', value: (row) => row.id },
      ],
      'Nobody has looked at anything.',
    )
  },
})
