import { command, listFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { currentOrganisation } from '../../place.ts'
import { approvalText } from './training-text.ts'

export const optInToTraining = command({
  summary: 'Let content of your organisation train models, where the policy lets an opt-in do (owner)',
  takes: ['organisation', 'confirmation'],
  flags: {
    content: listFlag('--content <category>', 'which content, such as content.inference; may be repeated'),
    ofProject: textFlag('--of-project <id>', 'only of this project'),
    until: textFlag('--until <time>', 'UTC instant at which it ends by itself'),
  },
  examples: [
    ['avow training opt-in --content content.training --yes', 'data sets and adapters of every project'],
    ['avow training opt-in --content content.inference --until 2027-06-30T00:00:00Z --yes', 'until a day'],
  ],
  run: async (session, { content, ofProject, until }) => {
    if (content.length === 0) throw usageFailure('Say which content with --content')
    const params = { path: { organisationId: await currentOrganisation(session) } }
    const where = ofProject ?? 'every project of the organisation'
    await confirm(
      session,
      `Let ${content.join(', ')} of ${where} train models? What was learned in the meantime stays learned.`,
    )
    const body = { content, projectId: ofProject ?? null, until: until ?? null }
    const approval = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/training', { params, body }),
    )
    session.print(approval, () => `${approvalText(approval)}Take it back with: avow training withdraw ${approval.id}\n`)
  },
})
