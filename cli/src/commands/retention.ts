import { command } from '../command.ts'
import { relativeTime } from '../time.ts'

export const retention = command({
  summary: 'Show how long each kind of data is kept, and what is past due',
  examples: [['avow retention', 'period, last run, rows past due']],
  run: async (session) => {
    const { items } = await session.must(session.api().GET('/api/v1/privacy/retention'))
    const now = session.world.now()
    const count = (value: number | null): string => value?.toLocaleString('en') ?? '-'
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'CLASS', value: (row) => row.retentionClass },
        { title: 'PERIOD', value: (row) => row.period },
        { title: 'FROM', value: (row) => row.trigger },
        { title: 'LAST RUN', value: (row) => relativeTime(row.lastRunAt, now) },
        { title: 'REMOVED', value: (row) => count(row.lastRemoved), right: true },
        { title: 'ON HOLD', value: (row) => count(row.lastHeld), right: true },
        {
          title: 'PAST DUE',
          value: (row) => count(row.overdue),
          right: true,
          paint: (text, row) => (row.overdue ? session.paint.red(text) : text),
        },
        { title: 'NEXT DUE', value: (row) => (row.nextDueAt === null ? '-' : relativeTime(row.nextDueAt, now)) },
        { title: 'TABLES', value: (row) => row.tables.join(', '), mayShrink: true },
      ],
      'The policy declares no retention.',
    )
  },
})
