import { choiceFlag, command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listAlerts = command({
  summary: 'List attacks that were seen, newest first (operator, officer)',
  flags: { state: choiceFlag('--state <state>', 'only these', ['open', 'acknowledged']) },
  takes: ['pages'],
  examples: [['avow alert list --state open', 'what nobody has looked at']],
  run: async (session, { state }) => {
    const filter = state === undefined ? {} : { state }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/operate/alerts', { params: { query: { ...query, ...filter } } }),
    )
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'KIND', value: (row) => row.kind },
        {
          title: 'STATE',
          value: (row) => row.state,
          paint: (text, row) => (row.state === 'open' ? session.paint.red(text) : text),
        },
        { title: 'COUNTED', value: (row) => String(row.count), right: true },
        { title: 'FROM', value: (row) => row.ipAddress ?? row.aboutId ?? '-' },
        { title: 'PERSON', value: (row) => row.personId ?? '-', leftOutAs: 1 },
        { title: 'LAST', value: (row) => relativeTime(row.lastAt, now) },
        { title: 'NOTE', value: (row) => row.note ?? '-', mayShrink: true },
        { title: 'ID', value: (row) => row.id },
      ],
      'No attack was seen.',
    )
  },
})
