import { command, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { askSecret, firstLineOfInput } from '../../question.ts'
import { shownTime } from '../../time.ts'

export const eraseMe = command({
  summary: 'Have everything about you erased, or cancel that',
  details:
    'Asks for your password again. Nothing happens before the time that it prints; until then --cancel takes it back. The receipt’s address is shown once and works without an account: keep it.',
  flags: {
    me: switchFlag('--me', 'yes, about yourself'),
    cancel: switchFlag('--cancel', 'take an erasure back that has not begun'),
    delay: textFlag('--delay <duration>', 'ISO 8601 duration until it begins (P3D)'),
    passwordStdin: switchFlag('--password-stdin', 'read the password from the first line of standard input'),
    code: textFlag('--code <code>', 'six digits of the authenticator app, or a backup code'),
  },
  takes: ['confirmation'],
  examples: [
    ['avow privacy erase --me', 'begins in three days'],
    ['avow privacy erase --me --delay PT0S --yes --password-stdin < password.txt', 'at once, for scripts'],
    ['avow privacy erase --me --cancel', 'takes it back'],
  ],
  run: async (session, input) => {
    if (!input.me) throw usageFailure('Whom? Give --me', 'It erases your own account and nobody else’s.')
    if (input.cancel) {
      const cancelled = await session.must(session.api().POST('/api/v1/me/erasure/cancel'))
      session.print(cancelled, () => 'Cancelled. Nothing was erased.\n')
      return
    }
    await confirm(session, 'Erase everything about you from this cloud?')
    const password = input.passwordStdin
      ? await firstLineOfInput(session.world.terminal.input)
      : await askSecret(session, 'Password')
    const { code, delay } = input
    const body = { password, ...(code === undefined ? {} : { code }), ...(delay === undefined ? {} : { delay }) }
    const asked = await session.must(session.api().POST('/api/v1/me/erasure', { body }))
    session.print(
      asked,
      () =>
        `It begins ${shownTime(asked.startsAt)}; until then: avow privacy erase --me --cancel\nYour receipt, shown once: ${asked.receiptUrl ?? ''}\nIts file later: avow privacy receipt ${asked.receiptToken ?? 'TOKEN'} --out erased.tlog-proof\n`,
    )
  },
})
