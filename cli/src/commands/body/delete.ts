import { command, optional, switchFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { currentProject } from '../../place.ts'

export const deleteBodies = command({
  summary: 'Delete the bodies of one call, or all that the project keeps',
  args: { id: optional('the call’s id') },
  flags: { all: switchFlag('--all', 'all that the project keeps') },
  takes: ['project', 'confirmation'],
  examples: [
    ['avow body delete req_123 --yes', 'one call'],
    ['avow body delete --all --yes', 'everything'],
  ],
  run: async (session, { id, all }) => {
    if ((id === undefined) === !all) throw usageFailure('Give the id of a call, or --all')
    const projectId = await currentProject(session)
    await confirm(session, `Delete ${id ?? 'all bodies of the project'}? They cannot be brought back.`)
    if (id === undefined) {
      const done = await session.must(
        session.api().DELETE('/api/v1/projects/{projectId}/bodies', { params: { path: { projectId } } }),
      )
      const held = done.held === 0 ? '' : ` ${done.held} stay under a legal hold.`
      session.print(done, () => `Deleted the bodies of ${done.removed} calls.${held}\n`)
      return
    }
    await session.must(
      session
        .api()
        .DELETE('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path: { projectId, bodyId: id } } }),
    )
    session.print({ id, state: 'deleted' }, () => `Deleted the bodies of ${id}.\n`)
  },
})
