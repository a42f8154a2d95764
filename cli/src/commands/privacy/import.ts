import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, one } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { counted } from '../../table.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

export const importMe = command({
  summary: 'Bring an export of another Avow with you',
  details:
    'Makes your name, your organisations and their projects anew, and says of everything else why it stays in the archive. Repeating it adds nothing.',
  args: { file: one('the tar.gz that avow privacy export wrote') },
  examples: [['avow privacy import me.tar.gz', 'on the other cloud, signed in there']],
  run: async (session, { file }) => {
    const bytes = await readFile(resolve(session.world.workingFolder, file)).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      throw new CliFailure(`${file} cannot be read`, exitCodes.failed, why)
    })
    const body = { archive: bytes.toString('base64') }
    const result = await session.must(session.api().POST('/api/v1/me/import', { body }))
    session.print(result, () =>
      [
        `From the export of ${shownTime(result.madeAt)}:`,
        ...result.made.map(
          ({ kind, name, id, isNew }) =>
            `  ${isNew ? 'made' : 'there already'}: ${kind} ${harmless(name)}${id === null ? '' : ` (${id})`}`,
        ),
        'Not taken in; it stays in the archive, for you to read:',
        ...result.kept.map(({ table, rows, why }) => `  ${table}, ${counted(rows, 'row')}: ${why}`),
        '',
      ].join('\n'),
    )
  },
})
