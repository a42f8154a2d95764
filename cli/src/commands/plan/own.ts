import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { planText } from './plan-text.ts'

export const ownPlan = command({
  summary: 'Show the deployment plan that your organisation agreed (owners and admins)',
  takes: ['organisation'],
  examples: [['avow plan own', 'what your agreement sets, beside the policy']],
  run: async (session) => {
    const params = { path: { organisationId: await currentOrganisation(session) } }
    const plan = await session.must(session.api().GET('/api/v1/organisations/{organisationId}/plan', { params }))
    session.print(plan, () => planText(plan, session.paint))
  },
})
