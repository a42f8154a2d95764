import { command, one } from '../../command.ts'
import { keepPlace } from '../../keep-place.ts'
import { harmless } from '../../terminal.ts'

export const useOrganisation = command({
  summary: 'Work in this organisation from now on',
  args: { id: one('the organisation’s id') },
  examples: [['avow organisation use org_123', 'kept beside your sign-in']],
  run: async (session, { id }) => {
    const organisation = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}', { params: { path: { organisationId: id } } }),
    )
    keepPlace(session, { organisation: id })
    session.print(organisation, () => `Commands work in ${harmless(organisation.name)} now.\n`)
  },
})
