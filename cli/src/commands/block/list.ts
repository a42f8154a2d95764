import { choiceFlag, command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listBlocks = command({
  summary: 'List addresses that were blocked by themselves, newest first (operator, officer)',
  details:
    'A block keeps strangers from an address out for a while after a flood. Whoever was signed in or used a working key before goes on.',
  flags: { state: choiceFlag('--state <state>', 'only these', ['active', 'ended', 'lifted']) },
  takes: ['pages'],
  examples: [['avow block list --state active', 'who is held off now, and on what grounds']],
  run: async (session, { state }) => {
    const filter = state === undefined ? {} : { state }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/operate/blocks', { params: { query: { ...query, ...filter } } }),
    )
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'KIND', value: (row) => row.kind },
        {
          title: 'STATE',
          value: (row) => row.state,
          paint: (text, row) => (row.state === 'active' ? session.paint.red(text) : text),
        },
        { title: 'FROM', value: (row) => row.ipAddress ?? '-' },
        { title: 'COUNTED', value: (row) => `${row.count} in ${row.withinSeconds} s`, leftOutAs: 1 },
        { title: 'ENDS', value: (row) => relativeTime(row.endsAt, now) },
        { title: 'REVIEW ASKED', value: (row) => relativeTime(row.reviewAskedAt, now) },
        { title: 'NOTE', value: (row) => row.note ?? '-', mayShrink: true },
        { title: 'ID', value: (row) => row.id },
      ],
      'No address was blocked.',
    )
  },
})
