import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { balanceText } from './balance-view.ts'

export const showBalance = command({
  summary: 'Show what is left of what the organisation paid beforehand',
  takes: ['organisation'],
  examples: [['avow balance show', 'what is left, set aside, and spent since the last top-up']],
  run: async (session) => {
    const path = { organisationId: await currentOrganisation(session) }
    const found = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/balance', { params: { path } }),
    )
    session.print(found, () =>
      found.balance === null
        ? 'This organisation is not on prepaid: what it uses is paid afterwards.\n'
        : balanceText(found.balance),
    )
  },
})
