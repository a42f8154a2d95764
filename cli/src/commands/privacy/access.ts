import { command } from '../../command.ts'
import { accessColumns } from '../access/access-columns.ts'

export const myAccess = command({
  summary: 'List when staff looked at what is about you, and why',
  takes: ['pages'],
  examples: [['avow privacy access', 'newest first; --json says what they looked at']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/me/access', { params: { query } }))
    session.printList(page, accessColumns(session), 'No member of staff has looked at anything about you.')
  },
})
