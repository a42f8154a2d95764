import { command, one, oneOf } from '../../command.ts'
import { staffRoleNames } from '../../roles.ts'
import { harmless } from '../../terminal.ts'

export const addStaff = command({
  summary: 'Give a person with an account a staff role (operator)',
  args: { email: one('the person’s address'), role: oneOf('the role', staffRoleNames) },
  examples: [['avow staff add ada@example.org privacy-officer', 'needs two-step sign-in before it does anything']],
  run: async (session, { email, role }) => {
    const member = await session.must(session.api().POST('/api/v1/operate/staff', { body: { email, role } }))
    session.print(
      member,
      () =>
        `${harmless(member.email)} is ${member.role} now${member.secondFactor ? '' : '; it counts once they set up two-step sign-in'}.\n`,
    )
  },
})
