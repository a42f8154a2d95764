import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const myAuthorities = command({
  summary: 'List requests of authorities about you of which you were told',
  examples: [['avow privacy authorities', 'who asked, on which ground, and what left']],
  run: async (session) => {
    const { items } = await session.must(session.api().GET('/api/v1/me/authority-requests'))
    const now = session.world.now()
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'AUTHORITY', value: (row) => row.authority, mayShrink: true },
        { title: 'RESTS ON', value: (row) => row.legalBasis, mayShrink: true },
        { title: 'OUTCOME', value: (row) => row.outcome },
        { title: 'CATEGORIES', value: (row) => row.categories.join(', '), mayShrink: true },
        { title: 'RECEIVED', value: (row) => relativeTime(row.receivedAt, now) },
        { title: 'HANDED OUT', value: (row) => relativeTime(row.handedOutAt, now) },
      ],
      'You were told of none.',
    )
  },
})
