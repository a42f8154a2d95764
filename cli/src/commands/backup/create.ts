import { setTimeout as pause } from 'node:timers/promises'
import type { Backup } from '../../api-types.ts'
import { command, switchFlag } from '../../command.ts'
import { exitCodes, ResultFailure } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { backupText } from './backup-text.ts'

const askEveryMs = 300

const untilMade = async (session: Session, asked: Backup): Promise<Backup> => {
  let backup = asked
  while (backup.state === 'waiting' || backup.state === 'running') {
    await pause(askEveryMs)
    const params = { path: { backupId: asked.id } }
    backup = await session.must(session.api().GET('/api/v1/operate/backups/{backupId}', { params }))
  }
  return backup
}

export const createBackup = command({
  summary: 'Make an encrypted backup now (operator)',
  details:
    'Writes two files into the folder of backups: the data, and the keys without which it cannot be read. Both open only with the backup key. Interrupting the wait does not stop it; a server that is killed begins it anew when it starts.',
  flags: { detach: switchFlag('--detach', 'do not wait for the end') },
  examples: [['avow backup create', 'waits until it is written and was read again']],
  run: async (session, { detach }) => {
    const asked = await session.must(session.api().POST('/api/v1/operate/backups'))
    const backup = detach ? asked : await untilMade(session, asked)
    session.print(backup, () => backupText(backup))
    if (backup.state === 'failed') throw new ResultFailure('The backup failed', exitCodes.failed)
  },
})
