import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listAttestations = command({
  summary: 'List what the policy wants stated by people, and whether it is (staff)',
  examples: [['avow attestation list', 'names, roles and when each ends']],
  run: async (session) => {
    const { items } = await session.must(session.api().GET('/api/v1/privacy/attestations'))
    const now = session.world.now()
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'NAME', value: (row) => row.name },
        {
          title: 'STATE',
          value: (row) => row.state,
          paint: (text, row) => (row.state === 'in force' ? text : session.paint.red(text)),
        },
        { title: 'ENDS', value: (row) => relativeTime(row.validUntil, now) },
        { title: 'ROLE', value: (row) => (row.mine ? `${row.role} (you)` : row.role) },
        { title: 'CLAUSES', value: (row) => row.clauses.join(', ') },
        { title: 'STATEMENT', value: (row) => row.statement, mayShrink: true, leftOutAs: 1 },
      ],
      'The policy wants nothing stated.',
    )
  },
})
