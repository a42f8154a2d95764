import { command, one } from '../../command.ts'
import { findPerson } from '../../find-person.ts'

export const dismiss = command({
  summary: 'End somebody’s responsibility for a role; what they stated stays in force (operator)',
  args: { person: one('the person’s address or id'), role: one('the role') },
  examples: [['avow attestation dismiss ada@example.org security', 'she may not attest in it any more']],
  run: async (session, { person, role }) => {
    const { items } = await session.must(session.api().GET('/api/v1/privacy/responsibilities'))
    const personId = findPerson(items, person, 'the list of those responsible')
    const params = { path: { role, personId } }
    await session.must(session.api().DELETE('/api/v1/privacy/responsibilities/{role}/{personId}', { params }))
    session.print({ personId, role }, () => `No longer responsible for ${role}.\n`)
  },
})
