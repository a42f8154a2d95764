import { choiceFlag, command, one, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { readNamedFile } from '../../read-text.ts'
import type { Session } from '../../session.ts'

const bodyOf = (session: Session, text: string | undefined, file: string | undefined): Promise<string> => {
  if ((text === undefined) === (file === undefined))
    throw usageFailure('Give the text with --text, or a file of it with --file')
  return text === undefined ? readNamedFile(session.world.workingFolder, file ?? '') : Promise.resolve(text)
}

export const announce = command({
  summary: 'Tell every account something, by mail and in the console (staff)',
  details:
    'It goes on in the background, and each account is told once, also when the server is killed meanwhile. avow notice show ID says how far it is.',
  args: { subject: one('the subject of the mail') },
  flags: {
    kind: choiceFlag(
      '--kind <kind>',
      'service: what people need to know; transfer: the business changes hands; marketing: news, for who wants it',
      ['service', 'transfer', 'marketing'],
    ),
    text: textFlag('--text <text>', 'what they are told'),
    file: textFlag('--file <file>', 'a text file of what they are told'),
  },
  takes: ['confirmation'],
  examples: [
    ['avow announce "Maintenance on Sunday" --text "Models pause from 6 to 7 UTC."', 'a service message'],
    ['avow announce "New models" --kind marketing --file news.txt', 'news: the mailer leaves out who does not want it'],
    ['avow announce "New owner" --kind transfer --file transfer.txt', 'a business transfer'],
  ],
  run: async (session, { subject, kind = 'service', text, file }) => {
    const body = { kind, subject, body: await bodyOf(session, text, file) }
    await confirm(session, `Send “${subject}” to every account? It cannot be called back.`)
    const notice = await session.must(session.api().POST('/api/v1/privacy/notices', { body }))
    session.print(
      notice,
      () => `Every account is being told (${notice.accounts}). How far: avow notice show ${notice.id}\n`,
    )
  },
})
