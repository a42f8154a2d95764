import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { currentProject } from '../../place.ts'

export const revokeKey = command({
  summary: 'Revoke an API key; it stops working within a second',
  args: { id: one('the key’s id') },
  takes: ['project', 'confirmation'],
  examples: [['avow key revoke key_123 --yes', 'without being asked']],
  run: async (session, { id }) => {
    const projectId = await currentProject(session)
    await confirm(session, `Revoke ${id}? What uses it stops working and it cannot be brought back.`)
    await session.must(
      session.api().DELETE('/api/v1/projects/{projectId}/keys/{keyId}', { params: { path: { projectId, keyId: id } } }),
    )
    session.print({ id, state: 'revoked' }, () => `Revoked ${id}.\n`)
  },
})
