import { command, optional, switchFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'

export const endSession = command({
  summary: 'End one of your sessions, or all the others',
  args: { id: optional('the session’s id') },
  flags: { others: switchFlag('--others', 'every session but this one') },
  takes: ['confirmation'],
  examples: [['avow session end --others', 'after losing a device']],
  run: async (session, { id, others }) => {
    if ((id === undefined) === !others)
      throw usageFailure('Name a session, or give --others', 'See them: avow session list')
    if (id === undefined) {
      await confirm(session, 'End all your other sessions?')
      const result = await session.must(session.api().POST('/api/v1/me/sessions/end-others'))
      session.print(result, () => `Ended ${result.ended}.\n`)
      return
    }
    await confirm(session, `End the session ${id}?`)
    await session.must(session.api().DELETE('/api/v1/me/sessions/{sessionId}', { params: { path: { sessionId: id } } }))
    session.print({ id, ended: 1 }, () => `Ended ${id}.\n`)
  },
})
