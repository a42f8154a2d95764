import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { harmless } from '../../terminal.ts'

export const showAddendum = command({
  summary: 'Show the data processing addendum for your organisation, made from the policy in force',
  takes: ['organisation'],
  examples: [['avow addendum show', 'the text, and the hash by which it is signed']],
  run: async (session) => {
    const params = { path: { organisationId: await currentOrganisation(session) } }
    const addendum = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/addendum', { params }),
    )
    session.print(addendum, () => `${harmless(addendum.text)}\nHash: ${addendum.hash}\n`)
  },
})
