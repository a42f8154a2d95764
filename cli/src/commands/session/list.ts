import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listSessions = command({
  summary: 'List where you are signed in',
  takes: ['pages'],
  examples: [['avow session list', 'every device and script']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/me/sessions', { params: { query } }))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'SIGNED IN', value: (row) => relativeTime(row.createdAt, now) },
        { title: 'LAST SEEN', value: (row) => (row.current ? 'this one' : relativeTime(row.lastSeenAt, now)) },
        { title: 'ENDS', value: (row) => relativeTime(row.expiresAt, now) },
        { title: 'FROM', value: (row) => row.ipAddress ?? '-' },
        { title: 'WITH', value: (row) => row.userAgent ?? '-', mayShrink: true },
        { title: 'ID', value: (row) => row.id },
      ],
      'No session. Sign in with `avow login`; the operator’s token of a data folder is no session.',
    )
  },
})
