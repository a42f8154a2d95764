import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { memberId } from '../../members.ts'
import { currentOrganisation } from '../../place.ts'
import { harmless } from '../../terminal.ts'

export const removeMember = command({
  summary: 'Remove a member from the organisation',
  args: { person: one('address or id') },
  takes: ['organisation', 'confirmation'],
  examples: [['avow member remove ada@example.org', 'asks first']],
  run: async (session, { person }) => {
    const organisationId = await currentOrganisation(session)
    const personId = await memberId(session, organisationId, person)
    await confirm(session, `Remove ${person} from the organisation?`)
    await session.must(
      session.api().DELETE('/api/v1/organisations/{organisationId}/members/{personId}', {
        params: { path: { organisationId, personId } },
      }),
    )
    session.print({ personId, removed: true }, () => `Removed ${harmless(person)}.\n`)
  },
})
