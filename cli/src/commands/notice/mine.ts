import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const myNotices = command({
  summary: 'List what you were told: new versions of the policy, announcements',
  takes: ['pages'],
  examples: [['avow notice mine', 'newest first; --json has the texts']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/me/notices', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'TOLD', value: (notice) => relativeTime(notice.toldAt, now) },
        { title: 'KIND', value: (notice) => notice.kind },
        { title: 'SUBJECT', value: (notice) => notice.subject, mayShrink: true },
        { title: 'DISMISSED', value: (notice) => relativeTime(notice.dismissedAt, now), leftOutAs: 1 },
        { title: 'ID', value: (notice) => notice.id },
      ],
      'You were told nothing yet.',
    )
  },
})
