import { command, one } from '../../command.ts'
import { backupText } from './backup-text.ts'

export const showBackup = command({
  summary: 'Show one backup and how far it is (staff)',
  args: { id: one('a backup’s id, from `avow backup list`') },
  examples: [['avow backup show bak_01', 'state, size, when it expires']],
  run: async (session, { id }) => {
    const params = { path: { backupId: id } }
    const backup = await session.must(session.api().GET('/api/v1/operate/backups/{backupId}', { params }))
    session.print(backup, () => backupText(backup))
  },
})
