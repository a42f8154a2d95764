import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { harmless } from '../../terminal.ts'
import { settingsText } from './plan-text.ts'
import { readPlan } from './read-plan.ts'

export const applyPlan = command({
  summary: 'Put a deployment plan in force for an organisation (officer)',
  details: 'It takes the place of the plan before. What it sets holds for data that is there already, too.',
  args: { file: one('a plan, as YAML'), customer: one('id of the organisation') },
  takes: ['confirmation'],
  examples: [['avow plan apply acme.yaml org_01HZX --yes', 'from now on the gates obey it']],
  run: async (session, { file, customer }) => {
    const source = await readPlan(session, file)
    const params = { path: { organisationId: customer } }
    await confirm(
      session,
      `Put this plan in force for ${customer}? Periods that it shortens hold for data that is there already: it expires.`,
    )
    const plan = await session.must(
      session.api().POST('/api/v1/privacy/plans/{organisationId}', { params, body: { source } }),
    )
    session.print(
      plan,
      () =>
        `Plan ${harmless(plan.plan)} holds for ${customer}, by ${harmless(plan.agreement)}:\n${settingsText(plan.settings, session.paint)}`,
    )
  },
})
