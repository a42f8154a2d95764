import { command, one, readFlag } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { currentProject } from '../../place.ts'
import { spanSeconds } from '../../time.ts'

export const rotateKey = command({
  summary: 'Replace an API key; the old one works on for an overlap',
  args: { id: one('the key’s id') },
  flags: {
    overlap: readFlag('--overlap <span>', 'how long the old secret still works (1d)', (raw) =>
      raw === '0' ? 0 : spanSeconds(raw),
    ),
  },
  takes: ['project'],
  examples: [
    ['avow key rotate key_123', 'a new secret; the old one works for another day'],
    ['avow key rotate key_123 --overlap 0', 'the old secret stops at once'],
  ],
  run: async (session, input) => {
    const projectId = await currentProject(session)
    const key = await session.must(
      session.api().POST('/api/v1/projects/{projectId}/keys/{keyId}/rotate', {
        params: { path: { projectId, keyId: input.id } },
        body: input.overlap === undefined ? {} : { overlapSeconds: input.overlap },
      }),
    )
    if (key.secret === null)
      throw new CliFailure(
        'The new key exists, but its secret was shown before',
        exitCodes.failed,
        `Rotate it again: avow key rotate ${key.id}`,
      )
    const { secret } = key
    session.print(key, () => `${secret}\n`)
    if (!session.common.json) session.note('Keep it now: it is not shown again.')
  },
})
