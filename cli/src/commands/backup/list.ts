import { command } from '../../command.ts'
import { relativeTime, shownTime } from '../../time.ts'
import { progress, size } from './backup-text.ts'

export const listBackups = command({
  summary: 'List backups, newest first, and when the next one is made (staff)',
  takes: ['pages'],
  examples: [['avow backup list', 'those that failed or expired too']],
  run: async (session) => {
    const get = (query: { limit: number; cursor?: string }) =>
      session.api().GET('/api/v1/operate/backups', { params: { query } })
    const about = await session.must(get({ limit: 1 }))
    const page = await session.pages(get)
    const now = session.world.now()
    session.printList(
      { ...about, ...page },
      [
        { title: 'ID', value: (row) => row.id },
        { title: 'STATE', value: progress },
        { title: 'MADE', value: (row) => relativeTime(row.finishedAt ?? row.askedAt, now) },
        { title: 'EXPIRES', value: (row) => (row.state === 'kept' ? relativeTime(row.expiresAt, now) : '-') },
        { title: 'SIZE', value: (row) => size(row.bytes), right: true },
        { title: 'ROWS', value: (row) => row.rows.toLocaleString('en'), right: true },
        { title: 'FILE', value: (row) => row.file ?? row.reason ?? '-', mayShrink: true },
      ],
      'There is no backup yet. Make one: avow backup create',
    )
    if (session.common.json) return
    const keys = about.keysMadeAt === null ? 'none yet' : `made ${shownTime(about.keysMadeAt)}`
    session.note(`Folder: ${about.folder}. Kept: ${about.keep ?? 'the policy gives no period'}. Keys: ${keys}.`)
    session.note(about.nextAt === null ? 'None is made by itself.' : `The next is due ${shownTime(about.nextAt)}.`)
  },
})
