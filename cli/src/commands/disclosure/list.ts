import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listDisclosures = command({
  summary: 'List requests of authorities, newest first (officer)',
  takes: ['pages'],
  examples: [['avow disclosure list', 'states, deadlines, who was told']],
  run: async (session) => {
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/privacy/authority-requests', { params: { query } }),
    )
    const now = session.world.now()
    const red = (text: string, isBad: boolean) => (isBad ? session.paint.red(text) : text)
    session.printList(
      page,
      [
        { title: 'STATE', value: (row) => row.state },
        { title: 'AUTHORITY', value: (row) => row.authority, mayShrink: true },
        { title: 'ABOUT', value: (row) => row.subjectId },
        { title: 'DUE', value: (row) => relativeTime(row.dueAt, now), paint: (text, row) => red(text, row.overdue) },
        {
          title: 'CUSTOMER',
          value: (row) => (row.toldAt === null ? (row.silence?.ground ?? 'not told') : 'told'),
          paint: (text, row) => red(text, row.silence?.overdue ?? false),
        },
        { title: 'ID', value: (row) => row.id },
      ],
      'No authority has asked for anything.',
    )
  },
})
