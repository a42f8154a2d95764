import { command } from '../../command.ts'
import { shownTime } from '../../time.ts'

export const listStaff = command({
  summary: 'List the operator’s staff',
  takes: ['pages'],
  examples: [['avow staff list', 'with role and second factor']],
  run: async (session) => {
    const page = await session.pages((query) => session.api().GET('/api/v1/operate/staff', { params: { query } }))
    session.printList(
      page,
      [
        { title: 'NAME', value: (row) => row.name, mayShrink: true },
        { title: 'EMAIL', value: (row) => row.email, mayShrink: true },
        { title: 'ROLE', value: (row) => row.role },
        { title: 'TWO-STEP', value: (row) => (row.secondFactor ? 'on' : 'off') },
        { title: 'SINCE', value: (row) => shownTime(row.since) },
        { title: 'ID', value: (row) => row.personId },
      ],
      'No staff. Add someone who has an account: avow staff add EMAIL ROLE',
    )
  },
})
