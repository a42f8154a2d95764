import { command, listFlag, one, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { askSecret, firstLineOfInput } from '../../question.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

const passwordStdin = switchFlag('--password-stdin', 'read the password from the first line of standard input')
const code = textFlag('--code <code>', 'six digits of the authenticator app, or a backup code')

export const passwordOf = (session: Session, given: { passwordStdin: boolean }): Promise<string> =>
  given.passwordStdin ? firstLineOfInput(session.world.terminal.input) : askSecret(session, 'Password')

/** What a closure means, in words. */
export const closureText = (closed: { reopenUntil: string | null; keptFor: string }, how: string): string =>
  `Closed. ${closed.reopenUntil === null ? 'It is not opened again.' : `Open it again until ${shownTime(closed.reopenUntil)}: ${how}`}\nIt is removed ${closed.keptFor} after the closure.\n`

export const closeAccount = command({
  summary: 'Close your account: it is locked at once, and removed later',
  details:
    'Sessions end, and organisations that only you own close with their keys. It is no erasure: records go by their own periods (avow retention). To have everything about you erased: avow privacy erase --me.',
  flags: {
    closeOrganisation: listFlag(
      '--close-organisation <id>',
      'close this organisation of others with it; may be repeated',
    ),
    passwordStdin,
    code,
  },
  takes: ['confirmation'],
  examples: [['avow account close', 'asks first, and for your password']],
  run: async (session, input) => {
    await confirm(session, 'Close your account? Your sessions and keys stop at once.')
    const password = await passwordOf(session, input)
    const body = {
      password,
      closeOrganisations: input.closeOrganisation,
      ...(input.code === undefined ? {} : { code: input.code }),
    }
    const closed = await session.must(session.api().POST('/api/v1/me/close', { body }))
    session.print(closed, () => closureText(closed, 'avow account reopen EMAIL'))
  },
})

export const reopenAccount = command({
  summary: 'Open a closed account again, as long as the policy lets you',
  args: { email: one('its address') },
  flags: { passwordStdin, code },
  examples: [['avow account reopen ada@example.org', 'then: avow login']],
  run: async (session, input) => {
    const password = await passwordOf(session, input)
    const body = { email: input.email, password, ...(input.code === undefined ? {} : { code: input.code }) }
    const opened = await session.must(session.api().POST('/api/v1/auth/reopen', { body }))
    session.print(
      opened,
      () => `${harmless(opened.email)} is open again. Revoked keys stay revoked. Sign in: avow login\n`,
    )
  },
})
