import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { relativeTime } from '../../time.ts'

export const listProviders = command({
  summary: 'List other companies that may serve models, and whether the organisation lets its prompts go there',
  takes: ['organisation'],
  examples: [['avow provider list', 'with their own terms']],
  run: async (session) => {
    const path = { organisationId: await currentOrganisation(session) }
    const { items } = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/providers', { params: { path } }),
    )
    const now = session.world.now()
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'PROVIDER', value: (row) => row.id },
        { title: 'NAME', value: (row) => row.name, mayShrink: true },
        { title: 'IN', value: (row) => row.country ?? '-' },
        { title: 'TERMS', value: (row) => row.terms ?? '-', mayShrink: true },
        {
          title: 'ACCEPTED',
          value: (row) => (row.acceptedAt === null ? 'no' : relativeTime(row.acceptedAt, now)),
        },
      ],
      'No other company serves models here.',
    )
  },
})
