import type { Answered } from '../../api-types.ts'
import { choiceFlag, command } from '../../command.ts'
import { price } from '../../money.ts'
import { relativeTime } from '../../time.ts'

type Block = Answered<'/api/v1/operate/blocks', 'get', 200>['items'][number]

/** What a machine went by. */
const counted = ({ spend, count, withinSeconds }: Block): string =>
  spend === null
    ? `${count} in ${withinSeconds} s`
    : `${price(spend.spentMicros, spend.currency)} in an hour, ${price(spend.usualMicros, spend.currency)} usual`

export const listBlocks = command({
  summary: 'List what was blocked or slowed down by itself, newest first (operator, officer)',
  details:
    'A block keeps strangers from an address out for a while after a flood; whoever was known goes on. A key or a project that spends suddenly is slowed down, where the settings say so.',
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
        { title: 'WHOM', value: (row) => row.ipAddress ?? row.aboutId ?? '-' },
        { title: 'COUNTED', value: counted, leftOutAs: 1 },
        { title: 'ENDS', value: (row) => relativeTime(row.endsAt, now) },
        { title: 'REVIEW ASKED', value: (row) => relativeTime(row.reviewAskedAt, now) },
        { title: 'CONFIRMED', value: (row) => relativeTime(row.confirmedAt, now) },
        { title: 'NOTE', value: (row) => row.note ?? '-', mayShrink: true },
        { title: 'ID', value: (row) => row.id },
      ],
      'Nothing was blocked.',
    )
  },
})
