import type { DataMapColumn } from '../../api-types.ts'
import { command, textFlag } from '../../command.ts'
import type { Session } from '../../session.ts'

interface Filter {
  readonly table?: string
  readonly category?: string
}

const wholeMap = async (session: Session, filter: Filter, cursor?: string): Promise<DataMapColumn[]> => {
  const page = await session.must(
    session.api().GET('/api/v1/privacy/data-map', {
      params: { query: { limit: 1000, ...filter, ...(cursor === undefined ? {} : { cursor }) } },
    }),
  )
  return page.nextCursor === null ? page.items : [...page.items, ...(await wholeMap(session, filter, page.nextCursor))]
}

export const dataMap = command({
  summary: 'Show every column of the database: what it holds, why, for how long',
  flags: {
    table: textFlag('--table <name>', 'only this table'),
    category: textFlag('--category <name>', 'only this category of data'),
  },
  examples: [
    ['avow data map', 'the whole map as a table'],
    ['avow data map --table person --json', 'one table, for scripts'],
  ],
  run: async (session, input) => {
    const items = await wholeMap(session, {
      ...(input.table === undefined ? {} : { table: input.table }),
      ...(input.category === undefined ? {} : { category: input.category }),
    })
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'TABLE', value: (row) => row.table, mayShrink: true },
        { title: 'COLUMN', value: (row) => row.column, mayShrink: true },
        { title: 'CATEGORY', value: (row) => row.category, mayShrink: true },
        { title: 'SUBJECT', value: (row) => row.subject, leftOutAs: 1 },
        { title: 'PURPOSES', value: (row) => row.purposes.join(', '), mayShrink: true, leftOutAs: 3 },
        {
          title: 'KEPT',
          value: (row) => `${row.retention}${row.period === null ? '' : ` (${row.period})`}`,
          mayShrink: true,
        },
        { title: 'SEALED', value: (row) => (row.sealed ? 'yes' : ''), leftOutAs: 1 },
        { title: 'ERASURE', value: (row) => row.erasure, leftOutAs: 2 },
      ],
      'No column matches. `avow data map` without a filter shows all.',
    )
  },
})
