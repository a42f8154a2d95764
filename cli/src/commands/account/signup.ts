import { command, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { askLine, askSecret, firstLineOfInput } from '../../question.ts'
import type { Session } from '../../session.ts'

/** What to do next; whoever waits for a mail where there is no mail server waits for ever. */
const mailWords = async (session: Session): Promise<string> => {
  const { mail } = await session.must(session.api().GET('/api/v1/meta'))
  return mail === 'smtp'
    ? 'Open the link in the mail that was sent to you, then `avow login`.'
    : 'This cloud has no mail server: the mail waits in its outbox. Its operator finds the link with `avow outbox list`; open it, then `avow login`.'
}

export const signup = command({
  summary: 'Sign up for an account',
  details:
    'Creates an account; a mail with a link verifies the address. The date of birth is compared with the policy’s minimum age and not stored.',
  flags: {
    email: textFlag('--email <email>', 'your address'),
    name: textFlag('--name <name>', 'your name, as your colleagues see it'),
    birthDate: textFlag('--birth-date <date>', 'such as 1990-05-17; compared, not stored'),
    passwordStdin: switchFlag('--password-stdin', 'read the password from the first line of standard input'),
    resend: switchFlag('--resend', 'only write the mail with the link again'),
  },
  examples: [
    ['avow signup --url https://cloud.example', 'asks for what it needs'],
    ['avow signup --resend --email ada@example.org', 'the link is gone, or too old'],
  ],
  run: async (session, input) => {
    const email = input.email ?? (await askLine(session, 'Email'))
    if (input.resend) {
      const sent = await session.must(session.api().POST('/api/v1/auth/resend-verification', { body: { email } }))
      const next = await mailWords(session)
      session.print(sent, () => `If the address waits for verification, a new mail was written.\n${next}\n`)
      return
    }
    const name = input.name ?? (await askLine(session, 'Name'))
    const birthDate =
      input.birthDate ??
      (await askLine(session, 'Date of birth (YYYY-MM-DD; compared with the minimum age, not stored)'))
    if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate))
      throw usageFailure(`"${birthDate}" is not a date`, 'Write it as year-month-day, such as 1990-05-17.')
    const password = input.passwordStdin
      ? await firstLineOfInput(session.world.terminal.input)
      : await askSecret(session, 'Password (12 characters or more)')
    const result = await session.must(
      session.api().POST('/api/v1/auth/sign-up', { body: { email, name, birthDate, password } }),
    )
    const next = await mailWords(session)
    session.print(result, () => `${next}\n`)
  },
})
