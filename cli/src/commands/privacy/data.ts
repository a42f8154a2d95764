import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const myData = command({
  summary: 'Show what is held about you: what, why, since when, until when, and who may receive it',
  examples: [['avow privacy data', 'one line for each category']],
  run: async (session) => {
    const { categories } = await session.must(session.api().GET('/api/v1/me/data'))
    const now = session.world.now()
    session.printList(
      { items: categories, nextCursor: null },
      [
        { title: 'WHAT', value: (row) => row.label },
        { title: 'ROWS', value: (row) => String(row.rows), right: true },
        { title: 'SINCE', value: (row) => relativeTime(row.since, now) },
        { title: 'KEPT', value: (row) => row.kept, mayShrink: true },
        { title: 'MAY BE RECEIVED BY', value: (row) => row.recipients.join(', ') || 'nobody' },
        { title: 'WHY', value: (row) => row.purposes.map(({ label }) => label).join('; '), mayShrink: true },
      ],
      'Nothing is held about you.',
    )
  },
})
