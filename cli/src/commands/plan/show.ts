import { command, one } from '../../command.ts'
import { planText } from './plan-text.ts'

export const showPlan = command({
  summary: 'Show the deployment plan of an organisation (officer)',
  args: { customer: one('id of the organisation') },
  examples: [['avow plan show org_01HZX', 'what its agreement sets, beside the policy']],
  run: async (session, { customer }) => {
    const params = { path: { organisationId: customer } }
    const plan = await session.must(session.api().GET('/api/v1/privacy/plans/{organisationId}', { params }))
    session.print(plan, () => planText(plan, session.paint))
  },
})
