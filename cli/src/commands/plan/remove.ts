import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'

export const removePlan = command({
  summary: 'End the deployment plan of an organisation; the policy alone holds again (officer)',
  args: { customer: one('id of the organisation') },
  takes: ['confirmation'],
  examples: [['avow plan remove org_01HZX --yes', 'what it kept for longer expires with the next sweep']],
  run: async (session, { customer }) => {
    await confirm(session, `End the plan of ${customer}? What it keeps for longer than the policy expires.`)
    const params = { path: { organisationId: customer } }
    await session.must(session.api().DELETE('/api/v1/privacy/plans/{organisationId}', { params }))
    session.print({ organisationId: customer, removed: true }, () => `The policy alone holds for ${customer} again.\n`)
  },
})
