import type { Mail } from '../../api-types.ts'
import { command, one } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

const findMail = async (session: Session, id: string, cursor?: string): Promise<Mail> => {
  const page = await session.must(
    session.api().GET('/api/v1/operate/outbox', {
      params: { query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } },
    }),
  )
  const mail = id === 'last' ? page.items[0] : page.items.find((candidate) => candidate.id === id)
  if (mail !== undefined) return mail
  if (page.nextCursor === null)
    throw new CliFailure(`There is no mail "${id}"`, exitCodes.notFound, 'See what there is: avow outbox list')
  return findMail(session, id, page.nextCursor)
}

export const showMail = command({
  summary: 'Show one mail with its links (staff)',
  args: { id: one('the mail’s id, or "last"') },
  examples: [['avow outbox show last', 'the newest mail']],
  run: async (session, { id }) => {
    const mail = await findMail(session, id)
    session.print(
      mail,
      () => `To: ${harmless(mail.to)}
Subject: ${harmless(mail.subject)}
Written: ${shownTime(mail.createdAt)}; ${mail.state}${mail.reason === null ? '' : `: ${harmless(mail.reason)}`}

${harmless(mail.text)}
`,
    )
  },
})
