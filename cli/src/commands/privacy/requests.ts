import { command, switchFlag } from '../../command.ts'
import type { Session } from '../../session.ts'
import { relativeTime } from '../../time.ts'

const columns = (session: Session) => {
  const now = session.world.now()
  interface Row {
    kind: string
    state: string
    askedAt: string
    dueAt: string
    finishedAt: string | null
    overdue: boolean
    id: string
  }
  return [
    { title: 'KIND', value: (row: Row) => row.kind },
    { title: 'STATE', value: (row: Row) => row.state },
    { title: 'ASKED', value: (row: Row) => relativeTime(row.askedAt, now) },
    {
      title: 'DUE',
      value: (row: Row) => relativeTime(row.dueAt, now),
      paint: (text: string, row: Row) => (row.overdue ? session.paint.red(text) : text),
    },
    { title: 'DONE', value: (row: Row) => relativeTime(row.finishedAt, now) },
    { title: 'ID', value: (row: Row) => row.id },
  ]
}

export const listRequests = command({
  summary: 'List what you asked for by right; with --everyone, what anybody did (officer)',
  flags: { everyone: switchFlag('--everyone', 'requests of all people, with their deadlines (staff)') },
  takes: ['pages'],
  examples: [
    ['avow privacy requests', 'yours'],
    ['avow privacy requests --everyone', 'for the privacy officer'],
  ],
  run: async (session, { everyone }) => {
    const page = everyone
      ? await session.pages((query) => session.api().GET('/api/v1/privacy/requests', { params: { query } }))
      : await session.pages((query) => session.api().GET('/api/v1/me/requests', { params: { query } }))
    session.printList(page, columns(session), 'No request.')
  },
})
