import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listTransfers = command({
  summary: 'List each crossing of a border, with its safeguard (officer)',
  details: 'Needs AVOW_REGION on the server: without it nobody knows where a border is.',
  examples: [['avow transfer list', 'what went to another country, and what the policy announces']],
  run: async (session) => {
    const register = await session.must(session.api().GET('/api/v1/privacy/transfers'))
    const now = session.world.now()
    if (session.common.json) {
      session.print(register, () => '')
      return
    }
    session.printList(
      { items: register.items, nextCursor: null },
      [
        { title: 'FROM', value: (row) => row.from },
        { title: 'TO', value: (row) => row.to },
        { title: 'PARTY', value: (row) => row.name, mayShrink: true },
        { title: 'WHAT', value: (row) => row.categories.join(', ') || '-', mayShrink: true },
        { title: 'SAFEGUARD', value: (row) => row.safeguard ?? 'the policy allows this region', mayShrink: true },
        { title: 'TIMES', value: (row) => String(row.times), right: true },
        { title: 'LAST', value: (row) => relativeTime(row.lastAt, now) },
      ],
      register.here === null ? 'AVOW_REGION is not set: no border is known.' : 'Nothing crossed a border.',
    )
  },
})
