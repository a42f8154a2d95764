import { command, one } from '../../command.ts'

export const dismissNotice = command({
  summary: 'Do not show a notice in the console any more',
  args: { id: one('the notice’s id') },
  examples: [['avow notice dismiss ID', 'it stays in avow notice mine']],
  run: async (session, { id }) => {
    const params = { path: { noticeId: id } }
    const notice = await session.must(session.api().POST('/api/v1/me/notices/{noticeId}/dismiss', { params }))
    session.print(notice, () => `Dismissed ${notice.id}.\n`)
  },
})
