import { type Credentials, credentialsFile, readCredentials, writeCredentials } from './credentials.ts'
import { CliFailure, exitCodes } from './failure.ts'
import type { Session } from './session.ts'

/** Keeps the place to work in beside the sign-in on this machine. */
export const keepPlace = (session: Session, place: Pick<Credentials, 'organisation' | 'project'>): void => {
  const { environment, homeFolder } = session.world
  const { url, token } = session.connection()
  const file = credentialsFile(environment, homeFolder)
  const kept = readCredentials(file)
  if (kept?.url !== url.value || token?.from !== file) {
    throw new CliFailure(
      'Only a sign-in kept by `avow login` can remember this',
      exitCodes.notSignedIn,
      'Sign in with `avow login`, or set AVOW_ORGANISATION and AVOW_PROJECT in the environment.',
    )
  }
  const { organisation: _organisation, project: _project, ...rest } = kept
  writeCredentials(file, { ...rest, ...place })
}
