import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { currentOrganisation } from '../../place.ts'

export const removeBudget = command({
  summary: 'Take a budget away: its calls may cost anything again',
  args: { id: one('the budget’s id') },
  takes: ['organisation', 'confirmation'],
  examples: [['avow budgets remove bud_123 --yes', 'avow budgets list shows the ids']],
  run: async (session, { id }) => {
    const organisationId = await currentOrganisation(session)
    await confirm(session, `Remove ${id}? Nothing stops its calls from spending then.`)
    await session.must(
      session.api().DELETE('/api/v1/organisations/{organisationId}/budgets/{budgetId}', {
        params: { path: { organisationId, budgetId: id } },
      }),
    )
    session.print({ id }, () => `${id} is removed.\n`)
  },
})
