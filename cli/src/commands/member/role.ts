import { command, one, oneOf } from '../../command.ts'
import { memberId } from '../../members.ts'
import { currentOrganisation } from '../../place.ts'
import { memberRoles } from '../../roles.ts'
import { harmless } from '../../terminal.ts'

export const changeRole = command({
  summary: 'Change a member’s role',
  args: { person: one('address or id'), role: oneOf('the new role', memberRoles) },
  takes: ['organisation'],
  examples: [['avow member role ada@example.org billing', 'sees usage and bills only']],
  run: async (session, { person, role }) => {
    const organisationId = await currentOrganisation(session)
    const personId = await memberId(session, organisationId, person)
    const member = await session.must(
      session.api().PATCH('/api/v1/organisations/{organisationId}/members/{personId}', {
        params: { path: { organisationId, personId } },
        body: { role },
      }),
    )
    session.print(member, () => `${harmless(member.email)} is ${member.role} now.\n`)
  },
})
