import { command, one, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { harmless } from '../../terminal.ts'
import { closureText, passwordOf } from '../account/close.ts'

export const closeOrganisation = command({
  summary: 'Close an organisation: its keys refuse at once, and it is removed later',
  args: { id: one('the organisation’s id') },
  flags: {
    passwordStdin: switchFlag('--password-stdin', 'read your password from the first line of standard input'),
    code: textFlag('--code <code>', 'six digits of the authenticator app, or a backup code'),
  },
  takes: ['confirmation'],
  examples: [['avow organisation close org_123', 'owners only; asks first']],
  run: async (session, input) => {
    await confirm(session, `Close the organisation ${input.id} for all its members? Its keys stop at once.`)
    const password = await passwordOf(session, input)
    const body = { password, ...(input.code === undefined ? {} : { code: input.code }) }
    const params = { path: { organisationId: input.id } }
    const closed = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/close', { params, body }),
    )
    session.print(closed, () => closureText(closed, `avow organisation reopen ${input.id}`))
  },
})

export const reopenOrganisation = command({
  summary: 'Open an organisation again that you closed',
  args: { id: one('the organisation’s id') },
  examples: [['avow organisation reopen org_123', 'revoked keys stay revoked']],
  run: async (session, { id }) => {
    const params = { path: { organisationId: id } }
    const opened = await session.must(
      session.api().POST('/api/v1/me/closed-organisations/{organisationId}/reopen', { params, body: {} }),
    )
    session.print(opened, () => `${harmless(opened.name)} (${opened.id}) is open again.\n`)
  },
})
