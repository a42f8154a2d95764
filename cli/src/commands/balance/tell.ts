import { command, one } from '../../command.ts'
import { percentsFrom } from '../../percents.ts'
import { currentOrganisation } from '../../place.ts'
import { balanceText } from './balance-view.ts'

export const tellBalance = command({
  summary: 'Say at how much of the balance owners and billing people are told',
  args: { percents: one('of what there was after the last top-up, such as 50,80,100; or never') },
  takes: ['organisation'],
  examples: [['avow balance tell 80,95', 'a mail at each, once for each top-up']],
  run: async (session, { percents }) => {
    const path = { organisationId: await currentOrganisation(session) }
    const balance = await session.must(
      session.api().PATCH('/api/v1/organisations/{organisationId}/balance', {
        params: { path },
        body: { thresholds: percentsFrom(percents) },
      }),
    )
    session.print(balance, () => balanceText(balance))
  },
})
