import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listNotices = command({
  summary: 'List what every account was told, and how far it is (staff)',
  takes: ['pages'],
  examples: [['avow notice list', 'newest first']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/privacy/notices', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'WRITTEN', value: (notice) => relativeTime(notice.createdAt, now) },
        { title: 'KIND', value: (notice) => notice.kind },
        { title: 'SUBJECT', value: (notice) => notice.subject, mayShrink: true },
        { title: 'TOLD', value: (notice) => `${notice.told} of ${notice.accounts}`, right: true },
        { title: 'REFUSED', value: (notice) => String(notice.refused), right: true, leftOutAs: 1 },
        { title: 'DONE', value: (notice) => relativeTime(notice.finishedAt, now) },
        { title: 'ID', value: (notice) => notice.id },
      ],
      'Nothing was announced yet.',
    )
  },
})
