import { CliFailure, exitCodes, usageFailure } from './failure.ts'
import type { Session } from './session.ts'

const which = (noun: string, flag: string, found: readonly { id: string; name: string }[]): CliFailure =>
  new CliFailure(
    `You belong to ${found.length} ${noun}s: ${found.map(({ id, name }) => `${name} (${id})`).join(', ')}`,
    exitCodes.usage,
    `Name one with --${flag} ID, or keep one with \`avow ${noun} use ID\`.`,
  )

/** The organisation to work in: flag, AVOW_ORGANISATION, the kept one, or the only one. */
export const currentOrganisation = async (session: Session): Promise<string> => {
  const { organisation } = session.connection()
  if (organisation !== undefined) return organisation.value
  const { items } = await session.must(session.api().GET('/api/v1/organisations', { params: { query: { limit: 50 } } }))
  if (items.length > 1) throw which('organisation', 'organisation', items)
  const only = items[0]
  if (only === undefined)
    throw new CliFailure(
      'You belong to no organisation yet',
      exitCodes.notFound,
      'Create one with `avow organisation create NAME`.',
    )
  return only.id
}

const requireWithin = async (session: Session, projectId: string, organisationId: string): Promise<void> => {
  const found = await session.must(
    session.api().GET('/api/v1/projects/{projectId}', { params: { path: { projectId } } }),
  )
  if (found.organisationId !== organisationId)
    throw usageFailure(`${projectId} does not belong to ${organisationId}`, 'Leave one of the two options out.')
}

/** The project to work in: flag, AVOW_PROJECT, the kept one, or the only one of the organisation. */
export const currentProject = async (session: Session): Promise<string> => {
  const { project, organisation } = session.connection()
  if (project !== undefined) {
    if (project.from === '--project' && organisation?.from === '--organisation')
      await requireWithin(session, project.value, organisation.value)
    return project.value
  }
  const organisationId = await currentOrganisation(session)
  const { items } = await session.must(
    session.api().GET('/api/v1/organisations/{organisationId}/projects', {
      params: { path: { organisationId }, query: { limit: 50 } },
    }),
  )
  if (items.length > 1) throw which('project', 'project', items)
  const only = items[0]
  if (only === undefined)
    throw new CliFailure(
      'The organisation has no project yet',
      exitCodes.notFound,
      'Create one with `avow project create NAME`.',
    )
  return only.id
}
