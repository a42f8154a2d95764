import { findPerson } from './find-person.ts'
import type { Session } from './session.ts'

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
