import type { SignedIn } from '../../api-types.ts'
import { command, switchFlag, textFlag } from '../../command.ts'
import { credentialsFile, readCredentials, writeCredentials } from '../../credentials.ts'
import { CliFailure, exitCodes, failureOf, problemFrom } from '../../failure.ts'
import { askLine, askSecret, firstLineOfInput } from '../../question.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'

interface Attempt {
  readonly email: string
  readonly password: string
  readonly code?: string
}

/** Signs in; undefined where a code is still needed. */
const attempt = async (session: Session, { email, password, code }: Attempt): Promise<SignedIn | undefined> => {
  const { data, error, response } = await session.api().POST('/api/v1/auth/sign-in', {
    body: { email, password, tokenWanted: true, ...(code === undefined ? {} : { code }) },
  })
  if (data !== undefined) return data
  const problem = problemFrom(response.status, error)
  if (problem.code === 'second_factor_required' && code === undefined) return undefined
  throw failureOf(problem)
}

const askCode = async (session: Session): Promise<string> => {
  if (session.world.terminal.isInteractive) return askLine(session, 'Code of your authenticator app')
  const todo = 'Give the six digits of your authenticator app, or a backup code, with --code.'
  throw new CliFailure('This account signs in with a code too', exitCodes.notSignedIn, todo)
}

export const login = command({
  summary: 'Sign in and keep the session on this machine',
  details:
    'Signs in with email, password and, where it is set up, a code. The session is kept in ~/.config/avow/credentials.json (mode 0600).',
  flags: {
    email: textFlag('--email <email>', 'your address; asked for when absent'),
    passwordStdin: switchFlag('--password-stdin', 'read the password from the first line of standard input'),
    code: textFlag('--code <code>', 'six digits of the authenticator app, or a backup code'),
  },
  examples: [
    ['avow login --url https://cloud.example', 'asks for address and password'],
    ['avow login --email you@example.org --password-stdin < password.txt', 'for scripts'],
  ],
  run: async (session, input) => {
    const { world } = session
    const { url } = session.connection()
    const email = input.email ?? (await askLine(session, 'Email'))
    const password = input.passwordStdin
      ? await firstLineOfInput(world.terminal.input)
      : await askSecret(session, 'Password')
    if (password === '') throw new CliFailure('The password is empty', exitCodes.usage)
    const given = { email, password, ...(input.code === undefined ? {} : { code: input.code }) }
    const signedIn =
      (await attempt(session, given)) ?? (await attempt(session, { ...given, code: await askCode(session) }))
    if (signedIn?.token === undefined || signedIn.token === null)
      throw new CliFailure('The server gave no session', exitCodes.failed)

    const file = credentialsFile(world.environment, world.homeFolder)
    const before = readCredentials(file)
    const kept = before?.url === url.value && before.email === signedIn.person.email ? before : {}
    writeCredentials(file, { ...kept, url: url.value, token: signedIn.token, email: signedIn.person.email })
    session.print(
      { url: url.value, email: signedIn.person.email, expiresAt: signedIn.expiresAt },
      () => `Signed in as ${harmless(signedIn.person.email)} on ${url.value}.\n`,
    )
    if (world.environment.AVOW_DATA)
      session.note('AVOW_DATA is set: commands keep acting as the operator of that folder until you unset it.')
  },
})
