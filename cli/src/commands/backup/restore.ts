import { command, optional, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { runServerProgram } from '../../server-program.ts'
import { shownTime } from '../../time.ts'

interface Restored {
  readonly folder: string
  readonly backup: string
  readonly backupAt: string
  readonly keysAt: string
  readonly rows: number
  readonly aside: string | null
  readonly abandoned: boolean
}

const restoredText = ({ folder, backup, backupAt, keysAt, rows, aside, abandoned }: Restored): string =>
  abandoned
    ? `The restore was abandoned; ${folder} is as it was.\n`
    : `${folder} holds ${backup} of ${shownTime(backupAt)}: ${rows.toLocaleString('en')} rows.
What was erased, held, decided and revoked is that of ${shownTime(keysAt)}.
${aside === null ? '' : `What was there before is in ${aside}; it is deleted when backups of keys expire.\n`}Start the server: it erases again what was erased since, then serves.
`

export const restoreBackup = command({
  summary: 'Restore a backup into the data folder of a stopped server, or into a new one',
  details:
    'Works on the server’s machine, on a stopped server. The backup is read whole before anything is touched; what is in the data folder is moved aside, not deleted. The server then erases again what was erased since the backup, and serves only after that. With DATABASE_URL the database must be an empty one.',
  args: { file: optional('a file, its name in the folder of backups, or the id of a backup there') },
  flags: {
    keys: textFlag(
      '--keys <file>',
      'the backup of keys; without it the keys of the data folder, or the newest in the folder of backups',
    ),
    into: textFlag('--into <folder>', 'a new data folder; without it AVOW_DATA'),
    secrets: textFlag(
      '--secrets <folder>',
      'where master.key and backup.key are; without it the data folder’s secrets',
    ),
    evenExpired: switchFlag('--even-expired', 'also a backup whose time is over'),
    resume: switchFlag('--resume', 'go on with a restore that was cut off'),
    abandon: switchFlag('--abandon', 'give up a restore that was cut off; the data folder stays as it was'),
  },
  takes: ['confirmation'],
  examples: [
    ['avow backup restore bak_01', 'over AVOW_DATA; stop the server first'],
    ['avow backup restore /mnt/copy/data.avowbackup --into /var/lib/avow --secrets /media/usb', 'on a new machine'],
    ['avow backup restore --resume', 'after a kill in the middle'],
  ],
  run: async (session, { file, keys, into, secrets, evenExpired, resume, abandon }) => {
    if ((file === undefined) === !(resume || abandon))
      throw usageFailure('Name a backup, or give --resume or --abandon', 'See `avow backup list`.')
    if (file !== undefined && into === undefined)
      await confirm(session, 'Put this backup in the place of the data folder? What is there is moved aside.')
    const options = { file, keys, into, secrets, evenExpired, resume, abandon }
    const restored = await runServerProgram<Restored>('restore.ts', [JSON.stringify(options)], session.world)
    session.print(restored, () => restoredText(restored))
  },
})
