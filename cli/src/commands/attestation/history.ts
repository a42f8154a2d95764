import { command, one } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const attestationHistory = command({
  summary: 'List every statement of one attestation, newest first (staff)',
  args: { name: one('the attestation’s name in the policy') },
  takes: ['pages'],
  examples: [['avow attestation history confidentiality', 'who stated it when']],
  run: async (session, { name }) => {
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/privacy/attestations/{name}', { params: { path: { name }, query } }),
    )
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'STATE', value: (row) => row.state },
        { title: 'STATED', value: (row) => relativeTime(row.statedAt, now) },
        { title: 'UNTIL', value: (row) => relativeTime(row.validUntil, now) },
        { title: 'ROLE', value: (row) => row.role },
        { title: 'BY', value: (row) => row.statedBy ?? 'erased' },
        { title: 'NOTE', value: (row) => row.note ?? '-', mayShrink: true },
        { title: 'ID', value: (row) => row.id },
      ],
      'Nobody has stated it yet.',
    )
  },
})
