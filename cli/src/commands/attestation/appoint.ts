import { command, one } from '../../command.ts'
import { harmless } from '../../terminal.ts'

export const appoint = command({
  summary: 'Make a member of staff responsible for a role of the policy’s attestations (operator)',
  args: { email: one('the person’s address'), role: one('the role, as the policy names it') },
  examples: [['avow attestation appoint ada@example.org security', 'she may attest in the role security']],
  run: async (session, { email, role }) => {
    const made = await session.must(session.api().POST('/api/v1/privacy/responsibilities', { body: { email, role } }))
    session.print(made, () => `${harmless(made.email)} is responsible for ${made.role} now.\n`)
  },
})
