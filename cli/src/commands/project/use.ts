import { command, one } from '../../command.ts'
import { keepPlace } from '../../keep-place.ts'
import { harmless } from '../../terminal.ts'

export const useProject = command({
  summary: 'Work in this project from now on',
  args: { id: one('the project’s id') },
  examples: [['avow project use prj_123', 'kept beside your sign-in']],
  run: async (session, { id }) => {
    const project = await session.must(
      session.api().GET('/api/v1/projects/{projectId}', { params: { path: { projectId: id } } }),
    )
    keepPlace(session, { organisation: project.organisationId, project: project.id })
    session.print(project, () => `Commands work in ${harmless(project.name)} now.\n`)
  },
})
