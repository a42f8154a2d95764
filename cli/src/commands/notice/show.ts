import { command, one } from '../../command.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

export const showNotice = command({
  summary: 'Show a notice and how many were told (staff)',
  args: { id: one('the notice’s id') },
  examples: [['avow notice show ID', 'its text, and how far it is']],
  run: async (session, { id }) => {
    const params = { path: { noticeId: id } }
    const notice = await session.must(session.api().GET('/api/v1/privacy/notices/{noticeId}', { params }))
    const { told, refused, accounts, finishedAt } = notice
    const progress = finishedAt === null ? 'under way' : `through by ${shownTime(finishedAt)}`
    session.print(
      notice,
      () =>
        `${session.paint.bold(harmless(notice.subject))}\n${notice.kind}, written ${shownTime(notice.createdAt)}\n${told} told, ${refused} refused by the mail gate, ${accounts} accounts; ${progress}\n\n${harmless(notice.body)}\n`,
    )
  },
})
