import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'

export const endBalance = command({
  summary: 'End an organisation’s balance: it pays afterwards again (operator)',
  details: 'What is left is entered as taken out; paying it back is done outside of here.',
  args: { customer: one('id of the organisation') },
  takes: ['confirmation'],
  examples: [['avow balance end org_01HZX --yes', 'its calls are limited by budgets only']],
  run: async (session, { customer }) => {
    await confirm(
      session,
      `End the balance of ${customer}? What is left leaves it, and nothing but budgets stops its calls.`,
    )
    const params = { path: { organisationId: customer } }
    await session.must(session.api().DELETE('/api/v1/operate/balances/{organisationId}', { params }))
    session.print({ organisationId: customer }, () => `${customer} pays afterwards.\n`)
  },
})
