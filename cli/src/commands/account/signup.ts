import { command, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { askLine, askSecret, firstLineOfInput } from '../../question.ts'

export const signup = command({
  summary: 'Sign up for an account',
  details:
    'Creates an account; a mail with a link verifies the address. The date of birth is compared with the policy’s minimum age and not stored.',
  flags: {
    email: textFlag('--email <email>', 'your address'),
    name: textFlag('--name <name>', 'your name, as your colleagues see it'),
    birthDate: textFlag('--birth-date <date>', 'such as 1990-05-17; compared, not stored'),
    passwordStdin: switchFlag('--password-stdin', 'read the password from the first line of standard input'),
  },
  examples: [['avow signup --url https://cloud.example', 'asks for what it needs']],
  run: async (session, input) => {
    const email = input.email ?? (await askLine(session, 'Email'))
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
    session.print(result, () => 'Open the link in the mail that was sent to you, then `avow login`.\n')
  },
})
