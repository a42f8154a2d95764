import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { relativeTime } from '../../time.ts'

export const listAddenda = command({
  summary: 'List the signed copies of the data processing addendum of your organisation',
  takes: ['organisation'],
  examples: [['avow addendum list --json', 'with the texts as they were signed']],
  run: async (session) => {
    const params = { path: { organisationId: await currentOrganisation(session) } }
    const { items } = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/addenda', { params }),
    )
    const now = session.world.now()
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'SIGNED', value: (copy) => relativeTime(copy.signedAt, now) },
        { title: 'BY', value: (copy) => copy.signatory ?? '-', mayShrink: true },
        { title: 'POLICY', value: (copy) => `${copy.policy} ${copy.policyVersion}` },
        { title: 'CURRENT', value: (copy) => (copy.current ? 'yes' : 'no') },
        { title: 'ID', value: (copy) => copy.id },
      ],
      'Nothing was signed.',
    )
  },
})
