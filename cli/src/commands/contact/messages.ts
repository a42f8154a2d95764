import { command, switchFlag, textFlag } from '../../command.ts'
import { cut } from '../../table.ts'
import { relativeTime } from '../../time.ts'

/** Of a message that can be 10,000 characters: enough to tell them apart; `avow contact show` has all of it. */
const firstWordsMax = 60

export const listMessages = command({
  summary: 'List messages to the contacts of the policy, newest first (officer, operator)',
  flags: {
    open: switchFlag('--open', 'only those that wait for an answer'),
    to: textFlag('--to <contact>', 'only those to this contact'),
  },
  takes: ['pages'],
  examples: [['avow contact messages --open', 'what waits, with its date']],
  run: async (session, { open, to }) => {
    const filter = { ...(open ? { open: 'true' as const } : {}), ...(to === undefined ? {} : { contact: to }) }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/privacy/messages', { params: { query: { ...query, ...filter } } }),
    )
    const now = session.world.now()
    const red = (text: string, row: { overdue: boolean }) => (row.overdue ? session.paint.red(text) : text)
    session.printList(
      page,
      [
        { title: 'TO', value: (row) => row.contact },
        { title: 'FROM', value: (row) => row.email, mayShrink: true },
        { title: 'STATE', value: (row) => row.state },
        { title: 'DUE', value: (row) => (row.state === 'open' ? relativeTime(row.dueAt, now) : '-'), paint: red },
        { title: 'TEXT', value: (row) => cut(row.text.replace(/\s+/g, ' '), firstWordsMax), mayShrink: true },
        { title: 'ID', value: (row) => row.id },
      ],
      'Nobody has written.',
    )
  },
})
