import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { currentProject } from '../../place.ts'

export const deleteResponse = command({
  summary: 'Delete a stored response, with what it was asked',
  args: { id: one('the response’s id') },
  takes: ['project', 'confirmation'],
  examples: [['avow response delete resp_123 --yes', 'at once, and for good']],
  run: async (session, { id }) => {
    const path = { projectId: await currentProject(session), bodyId: id }
    await confirm(session, `Delete ${id}? It cannot be brought back, nor can what goes on from it.`)
    await session.must(session.api().DELETE('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path } }))
    session.print({ id, state: 'deleted' }, () => `Deleted ${id}.\n`)
  },
})
