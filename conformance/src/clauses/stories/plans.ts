import { failure, ok } from '../../people.ts'
import { must, type Story } from '../story.ts'

const boundByPlan: Story = {
  kinds: ['plans-narrow'],
  does: 'binds an organisation with a plan, tries one that sets what it may not, and looks who is bound',
  run: async ({ avow, tested, staying, leaving }) => {
    const officer = avow.api()
    const params = { path: { organisationId: staying.organisationId } }
    const apply = (...lines: string[]) =>
      officer.POST('/api/v1/privacy/plans/{organisationId}', {
        params,
        body: { source: ['plan: story', 'agreement: MSA-1', ...lines].join('\n') },
      })
    for (const beyond of ['retention: { evidence: P1D }', 'egress: [a-party-that-nobody-named]', 'training: opt-in'])
      must((await failure(apply(beyond))).code === 'invalid_request', `a plan may set ${beyond}`)
    const lines = ['retention: { usage.inference: P7D }', 'egress: []', 'training: never', 'support: never']
    if (tested.policy.source.plans === undefined) {
      must((await failure(apply(...lines))).code === 'invalid_request', 'a plan was taken where the policy has none')
      return '4 plans refused: this policy has none'
    }
    await ok(apply(...lines))
    const report = await ok(officer.POST('/api/v1/privacy/plans/{organisationId}/report', { params }))
    must(report.summary.broken === 0 && report.clauses.length === 4, 'a plan in force does not hold')
    const training = '/api/v1/organisations/{organisationId}/training'
    const own = await ok(staying.person.api.GET(training, { params }))
    must(own.level === 'never' && own.by === 'plan', 'the training gate does not go by the plan')
    const path = { organisationId: leaving.organisationId }
    const other = await ok(leaving.person.api.GET(training, { params: { path } }))
    must(other.by === 'policy', 'the plan of one organisation binds another')
    await officer.DELETE('/api/v1/privacy/plans/{organisationId}', { params })
    return `3 plans refused, 1 in force with ${report.clauses.length} clauses, ${report.summary.kept} of them kept`
  },
}

export const planStories: readonly Story[] = [boundByPlan]
