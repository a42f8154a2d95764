import { command, switchFlag } from '../../command.ts'
import { relativeTime, shownTime } from '../../time.ts'

interface Row {
  id: string
  closedAt: string
  reopenUntil: string | null
  canReopen: boolean
  goesAt: string | null
}

const reopens = ({ canReopen, reopenUntil }: Row): string =>
  canReopen && reopenUntil !== null ? `until ${shownTime(reopenUntil)}` : 'no more'

export const listClosed = command({
  summary: 'List the organisations that you closed; with --everyone, all that are closed (officer)',
  details: 'Only who closed an organisation can open it again: avow organisation reopen ID.',
  flags: { everyone: switchFlag('--everyone', 'closed by anybody (staff)') },
  takes: ['pages'],
  examples: [['avow organisation closed', 'and until when each can be opened again']],
  run: async (session, { everyone }) => {
    const now = session.world.now()
    const dates = [
      { title: 'CLOSED', value: (row: Row) => relativeTime(row.closedAt, now) },
      { title: 'OPENS AGAIN', value: reopens },
      { title: 'GOES', value: (row: Row) => (row.goesAt === null ? 'never' : shownTime(row.goesAt)) },
      { title: 'ID', value: (row: Row) => row.id },
    ]
    if (everyone) {
      const all = await session.pages((query) =>
        session.api().GET('/api/v1/privacy/closed-organisations', { params: { query } }),
      )
      const by = { title: 'BY', value: (row: { closedBy: string | null }) => row.closedBy ?? 'erased' }
      return session.printList(all, [by, ...dates], 'No organisation is closed.')
    }
    const own = await session.pages((query) =>
      session.api().GET('/api/v1/me/closed-organisations', { params: { query } }),
    )
    const name = { title: 'NAME', value: (row: { name: string }) => row.name, mayShrink: true }
    session.printList(own, [name, ...dates], 'You closed no organisation.')
  },
})
