import { command, optional, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { askSecret, firstLineOfInput } from '../../question.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

export const changeEmail = command({
  summary: 'Change your address, or show a change that waits',
  details:
    'Asks for your password again and mails a link to the new address: nothing changes before it is opened. The old address is told and can take the change back for a while. Sessions and keys stay.',
  args: { address: optional('the new address; without it, how it stands') },
  flags: {
    cancel: switchFlag('--cancel', 'forget a change that was not confirmed yet'),
    passwordStdin: switchFlag('--password-stdin', 'read the password from the first line of standard input'),
    code: textFlag('--code <code>', 'six digits of the authenticator app, or a backup code'),
  },
  examples: [
    ['avow account email ada@example.org', 'then open the link in the mail to it'],
    ['avow account email --cancel', 'forgets it'],
  ],
  run: async (session, { address, cancel, passwordStdin, code }) => {
    const api = session.api()
    if (cancel) await session.must(api.DELETE('/api/v1/me/email'))
    if (cancel || address === undefined) {
      const now = await session.must(api.GET('/api/v1/me/email'))
      session.print(now, () => {
        const waits =
          now.pending === null ? '' : `Waits for the link in the mail to ${harmless(now.pending.newEmail)}.\n`
        const undo =
          now.undoUntil === null ? '' : `The last change can be taken back until ${shownTime(now.undoUntil)}.\n`
        return `Your address is ${harmless(now.email)}.\n${waits}${undo}`
      })
      return
    }
    if (!address.includes('@')) throw usageFailure(`"${address}" is no email address`)
    const password = passwordStdin
      ? await firstLineOfInput(session.world.terminal.input)
      : await askSecret(session, 'Password')
    const body = { newEmail: address, password, ...(code === undefined ? {} : { code }) }
    const asked = await session.must(api.POST('/api/v1/me/email', { body }))
    session.print(
      asked,
      () =>
        `Open the link in the mail to ${harmless(address)} before ${shownTime(asked.expiresAt)}. Until then nothing changes.\n`,
    )
  },
})
