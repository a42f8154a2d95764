import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listResponsible = command({
  summary: 'List who may attest in a role that is no staff role (staff)',
  examples: [['avow attestation responsible', 'roles and people']],
  run: async (session) => {
    const { items } = await session.must(session.api().GET('/api/v1/privacy/responsibilities'))
    const now = session.world.now()
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'ROLE', value: (row) => row.role },
        { title: 'PERSON', value: (row) => row.email, mayShrink: true },
        { title: 'SINCE', value: (row) => relativeTime(row.since, now) },
        { title: 'ID', value: (row) => row.personId },
      ],
      'Nobody. Staff roles of that name attest without it.',
    )
  },
})
