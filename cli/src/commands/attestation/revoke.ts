import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'

export const revokeAttestation = command({
  summary: 'Take a statement back: its clauses are unproven from the next check on (staff)',
  args: { name: one('the attestation’s name in the policy'), id: one('the statement’s id, from its history') },
  takes: ['confirmation'],
  examples: [['avow attestation revoke confidentiality ID', 'asks first']],
  run: async (session, { name, id }) => {
    await confirm(session, `Take back the statement ${id} of ${name}? It cannot be put into force again.`)
    const params = { path: { name, attestationId: id } }
    const path = '/api/v1/privacy/attestations/{name}/statements/{attestationId}/revoke'
    const row = await session.must(session.api().POST(path, { params, body: {} }))
    session.print(row, () => `Revoked ${row.id}.\n`)
  },
})
