import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listGateways = command({
  summary: 'List the processes that serve inference on this database (staff)',
  details:
    'A gateway says every second that it lives. One that is gone without having stopped left what it booked last in its folder: start it again under its name, or let the main process book it.',
  flags: {},
  examples: [['avow gateway list', 'which gateways there are, and how many calls each has under way']],
  run: async (session) => {
    const answer = await session.must(session.api().GET('/api/v1/operate/gateways'))
    const now = session.world.now()
    session.printList(
      { ...answer, nextCursor: null },
      [
        { title: 'NAME', value: (row) => row.name },
        {
          title: 'STATE',
          value: (row) => row.state,
          paint: (text, row) => (row.state === 'gone' ? session.paint.red(text) : session.paint.green(text)),
        },
        { title: 'CALLS', value: (row) => String(row.activeCalls) },
        { title: 'LAST WORD', value: (row) => relativeTime(row.seenAt, now) },
        { title: 'STARTED', value: (row) => relativeTime(row.startedAt, now), leftOutAs: 1 },
        { title: 'VERSION', value: (row) => row.version, leftOutAs: 2 },
        { title: 'ID', value: (row) => row.id, leftOutAs: 3 },
      ],
      'No gateway serves this database.',
    )
  },
})
