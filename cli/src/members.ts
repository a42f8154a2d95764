import { findPerson } from './find-person.ts'
import type { Session } from './session.ts'
import { harmless } from './terminal.ts'

/** The id of a member, by id or address. */
export const memberId = async (
  session: Session,
  organisationId: string,
  wanted: string,
  cursor?: string,
): Promise<string> => {
  const page = await session.must(
    session.api().GET('/api/v1/organisations/{organisationId}/members', {
      params: { path: { organisationId }, query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } },
    }),
  )
  const here = page.items.some(
    ({ personId, email }) => personId === wanted || email.toLowerCase() === wanted.toLowerCase(),
  )
  if (!here && page.nextCursor !== null) return memberId(session, organisationId, wanted, page.nextCursor)
  return findPerson(page.items, wanted, 'this organisation')
}

/** A person of the project's organisation by name; the id where they are in it no more. */
export const memberName = async (session: Session, projectId: string, personId: string): Promise<string> => {
  const { organisationId } = await session.must(
    session.api().GET('/api/v1/projects/{projectId}', { params: { path: { projectId } } }),
  )
  const { items } = await session.must(
    session.api().GET('/api/v1/organisations/{organisationId}/members', {
      params: { path: { organisationId }, query: { limit: 200 } },
    }),
  )
  return harmless(items.find((member) => member.personId === personId)?.name ?? personId)
}
