import { createClient } from '@avow/sdk'
import { command } from '../../command.ts'
import { credentialsFile, readCredentials, removeCredentials } from '../../credentials.ts'

export const logout = command({
  summary: 'End the kept session',
  details:
    'Ends the session on the server and forgets it on this machine. The machine forgets it even when the server does not answer.',
  examples: [['avow logout', 'ends the session that `avow login` kept']],
  run: async (session) => {
    const file = credentialsFile(session.world.environment, session.world.homeFolder)
    const kept = readCredentials(file)
    if (kept?.token === undefined) {
      session.print({ signedOut: false }, () => '')
      session.note('Nobody was signed in on this machine.')
      return
    }
    const api = createClient({ baseUrl: kept.url, token: kept.token, fetch: session.world.fetch })
    const ended = await api.POST('/api/v1/auth/sign-out').then(
      ({ response }) => response.ok || response.status === 401,
      () => false,
    )
    removeCredentials(file)
    session.print({ signedOut: true, endedOnServer: ended }, () => 'Signed out.\n')
    if (!ended)
      session.note(
        `${kept.url} did not answer: the session there runs out by itself, or end it with \`avow session end\`.`,
      )
  },
})
