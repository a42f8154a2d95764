import { command, one } from '../../command.ts'
import { runServerProgram } from '../../server-program.ts'
import { shownTime } from '../../time.ts'
import { size } from './backup-text.ts'

interface Verified {
  readonly file: string
  readonly id: string
  readonly kind: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly bytes: number
  readonly rows: number
  readonly files: number
  readonly tables: number
  readonly version: string
}

export const verifyBackup = command({
  summary: 'Read all of a backup and say whether it is whole (on the server’s machine; works without a server)',
  args: { file: one('a file, its name in the folder of backups, or the id of a backup there') },
  examples: [
    ['avow backup verify bak_01', 'one in the folder of backups'],
    ['avow backup verify /mnt/copy/data-20261122T101500Z-bak_01.avowbackup', 'a copy of one'],
  ],
  run: async (session, { file }) => {
    const found = await runServerProgram<Verified>('verify-backup.ts', [file], session.world)
    session.print(
      found,
      () => `${found.file} is whole.
Holds:   ${found.kind}, ${found.rows.toLocaleString('en')} rows of ${found.tables} tables, ${found.files} files, ${size(found.bytes)}
Made:    ${shownTime(found.createdAt)} by version ${found.version}
Expires: ${shownTime(found.expiresAt)}
`,
    )
  },
})
