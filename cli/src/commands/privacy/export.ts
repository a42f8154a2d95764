import { open, rename } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { DataExport } from '../../api-types.ts'
import { command, switchFlag, textFlag } from '../../command.ts'
import { CliFailure, exitCodes, usageFailure } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { shownTime } from '../../time.ts'

const askEveryMs = 500

const find = async (session: Session): Promise<DataExport | null> =>
  (await session.must(session.api().GET('/api/v1/me/export'))).export

/** The copy that is being made is as good as a new one. */
const askOrJoin = async (session: Session): Promise<DataExport> => {
  const there = await find(session)
  if (there === null || there.state === 'done')
    return session.must(session.api().POST('/api/v1/me/export', { body: {} }))
  session.note('A copy is being made already: this is that one.')
  return there
}

const howFar = ({ state, ahead, tablesDone, tablesTotal }: DataExport): string =>
  state === 'waiting' ? `Waiting; ahead of it: ${ahead}` : `${tablesDone} of ${tablesTotal} tables read`

const untilMade = async (session: Session, asked: DataExport): Promise<DataExport> => {
  let [copy, told] = [asked, '']
  while (copy.state !== 'done') {
    if (howFar(copy) !== told) session.note(`${howFar(copy)}.`)
    told = howFar(copy)
    await pause(askEveryMs)
    const now = await find(session)
    if (now?.id !== asked.id)
      throw new CliFailure('The copy is not there any more', exitCodes.failed, 'It was stopped, or asked for anew.')
    copy = now
  }
  return copy
}

/** Part by part beside the file, which is there only when it is whole. @returns its bytes */
const save = async (session: Session, { id, parts }: DataExport, path: string): Promise<number> => {
  const unfinished = `${path}.part`
  const file = await open(unfinished, 'w', 0o600)
  let bytes = 0
  try {
    for (let part = 0; part < parts; part++) {
      const params = { path: { exportId: id, part: String(part) } }
      const { content } = await session.must(session.api().GET('/api/v1/me/export/{exportId}/parts/{part}', { params }))
      const piece = Buffer.from(content, 'base64')
      await file.appendFile(piece)
      bytes += piece.length
    }
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  return bytes
}

const remove = async (session: Session): Promise<void> => {
  await session.must(session.api().DELETE('/api/v1/me/export'))
  session.print({ deleted: true }, () => 'Deleted. No copy of yours is left on the server.\n')
}

const requireMade = async (session: Session): Promise<DataExport> => {
  const copy = await find(session)
  if (copy === null) throw new CliFailure('There is no copy', exitCodes.failed, 'Ask for one: avow privacy export --me')
  return copy
}

export const exportMe = command({
  summary: 'Take a copy of everything about you',
  details:
    'A tar.gz with manifest.json and one file of JSON Lines for each table. Secrets and hashes are left out; the manifest says which. The server makes it in the background, also over a restart, and keeps it sealed for as long as the policy says. Interrupting the wait stops nothing.',
  flags: {
    me: switchFlag('--me', 'yes, about yourself'),
    out: textFlag('--out <file>', 'where to write it; otherwise a name with the date in this folder'),
    detach: switchFlag('--detach', 'ask for it, and do not wait'),
    made: switchFlag('--made', 'take the copy that is there or being made, and ask for no new one'),
    delete: switchFlag('--delete', 'delete the copy on the server, or stop it being made'),
  },
  examples: [
    ['avow privacy export --me --out me.tar.gz', 'then: tar -xzf me.tar.gz'],
    ['avow privacy export --me --made', 'the same copy again'],
  ],
  run: async (session, { me, out, detach, made, delete: isDeleted }) => {
    if (!me) throw usageFailure('Whose data? Give --me', 'It exports your own data and nobody else’s.')
    if ([detach, made, isDeleted].filter(Boolean).length > 1)
      throw usageFailure('Give one of --detach, --made and --delete')
    if (isDeleted) return remove(session)
    const asked = made ? await requireMade(session) : await askOrJoin(session)
    if (detach) return session.print(asked, () => `${howFar(asked)}. Take it with avow privacy export --me --made.\n`)
    const copy = await untilMade(session, asked)
    const file = out ?? copy.fileName
    const bytes = await save(session, copy, resolve(session.world.workingFolder, file))
    const until = copy.expiresAt === null ? '' : ` It waits on the server until ${shownTime(copy.expiresAt)}.`
    session.print({ ...copy, file, bytes }, () => `Written to ${file} (${bytes} bytes).${until}\n`)
  },
})
