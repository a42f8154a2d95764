import type { Mail } from '../../api-types.ts'
import { command, countFlag, one, switchFlag, textFlag } from '../../command.ts'
import { CliFailure, exitCodes, usageFailure } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

const newestId = async (session: Session): Promise<string> => {
  const { items } = await session.must(session.api().GET('/api/v1/operate/outbox', { params: { query: { limit: 1 } } }))
  const [mail] = items
  if (mail === undefined) throw new CliFailure('There is no mail yet', exitCodes.notFound)
  return mail.id
}

const textOf = (mail: Mail): string => `To: ${harmless(mail.to)}
Subject: ${harmless(mail.subject ?? '')}
Written: ${shownTime(mail.createdAt)}; ${mail.state}${mail.reason === null ? '' : `: ${harmless(mail.reason)}`}

${harmless(mail.text ?? '')}
`

export const showMail = command({
  summary: 'Show one mail with its links (staff)',
  details:
    'Shows one mail with its links. Mail to others is opened for a stated reason, which they can read. On the machine of a cloud without a mail server, where the operator hands mail on, the reason is recorded without asking.',
  args: { id: one('the mail’s id, or "last"') },
  flags: {
    reason: textFlag('--reason <text>', 'why you read it, in words that the person will read'),
    ticket: textFlag('--ticket <id>', 'the case that asks for it'),
    minutes: countFlag('--minutes <n>', 'for how long their mail is open to you (60)'),
    country: textFlag('--country <code>', 'where you are, such as DE; some policies need it'),
    emergency: switchFlag('--emergency', 'without a ticket, for a quarter of an hour; they are told at once'),
  },
  examples: [
    ['avow outbox show last', 'the newest mail'],
    ['avow outbox show ID --reason "the link did not arrive" --ticket 4711', 'mail to somebody else'],
  ],
  run: async (session, { id, reason, ticket, minutes, country, emergency }) => {
    const isExplained = ticket !== undefined || minutes !== undefined || country !== undefined || emergency
    if (reason === undefined && isExplained) throw usageFailure('Say why you read it with --reason')
    const mailId = id === 'last' ? await newestId(session) : id
    const params = { path: { mailId } }
    const grounds = {
      emergency,
      ...(ticket === undefined ? {} : { ticket }),
      ...(minutes === undefined ? {} : { minutes }),
      ...(country === undefined ? {} : { country }),
    }
    const mail =
      reason === undefined
        ? await session.must(session.api().GET('/api/v1/operate/outbox/{mailId}', { params }))
        : await session.must(
            session.api().POST('/api/v1/operate/outbox/{mailId}/open', { params, body: { ...grounds, reason } }),
          )
    session.print(mail, () => textOf(mail))
  },
})
