import { command, one } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { harmless } from '../../terminal.ts'

export const createProject = command({
  summary: 'Create a project',
  args: { name: one('its name') },
  takes: ['organisation'],
  examples: [['avow project create staging', 'with its own keys and usage']],
  run: async (session, { name }) => {
    const organisationId = await currentOrganisation(session)
    const project = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/projects', {
        params: { path: { organisationId } },
        body: { name },
      }),
    )
    session.print(project, () => `Created ${harmless(project.name)} (${project.id}).\n`)
  },
})
