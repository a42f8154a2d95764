import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, switchFlag, textFlag } from '../../command.ts'
import { CliFailure, exitCodes, usageFailure } from '../../failure.ts'

export const exportMe = command({
  summary: 'Take a copy of everything about you',
  details:
    'A tar.gz with manifest.json and one file of JSON Lines for each table. Secrets and hashes are left out; the manifest says which.',
  flags: {
    me: switchFlag('--me', 'yes, about yourself'),
    out: textFlag('--out <file>', 'where to write it; otherwise a name with the date in this folder'),
  },
  examples: [['avow privacy export --me --out me.tar.gz', 'then: tar -xzf me.tar.gz']],
  run: async (session, { me, out }) => {
    if (!me) throw usageFailure('Whose data? Give --me', 'It exports your own data and nobody else’s.')
    const { archive, ...made } = await session.must(session.api().POST('/api/v1/me/export', { body: {} }))
    if (archive === null) throw new CliFailure('The server gave no archive', exitCodes.failed)
    const file = out ?? made.fileName
    const bytes = Buffer.from(archive, 'base64')
    await writeFile(resolve(session.world.workingFolder, file), bytes, { mode: 0o600 })
    session.print({ ...made, file, bytes: bytes.length }, () => `Written to ${file} (${bytes.length} bytes).\n`)
  },
})
