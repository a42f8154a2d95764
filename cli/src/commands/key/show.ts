import { command, one } from '../../command.ts'
import { keyText } from '../../key-view.ts'
import { currentProject } from '../../place.ts'

export const showKey = command({
  summary: 'Show an API key (never its secret)',
  args: { id: one('the key’s id, as `avow key list` shows it') },
  takes: ['project'],
  examples: [['avow key show key_123', 'state, limits, last use']],
  run: async (session, { id }) => {
    const projectId = await currentProject(session)
    const key = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/keys/{keyId}', { params: { path: { projectId, keyId: id } } }),
    )
    session.print(key, () => keyText(key, session.paint))
  },
})
