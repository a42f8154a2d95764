import { failure, ok } from '../../people.ts'
import { must, type Story } from '../story.ts'

const lettingTrain: Story = {
  kinds: ['training-approval', 'training-consent-kept'],
  does: 'opts in to training as an owner, and takes back what was let in',
  run: async ({ staying }) => {
    const { api } = staying.person
    const path = { organisationId: staying.organisationId }
    const show = () => ok(api.GET('/api/v1/organisations/{organisationId}/training', { params: { path } }))
    const optIn = (content: string) =>
      api.POST('/api/v1/organisations/{organisationId}/training', { params: { path }, body: { content: [content] } })
    const { level, content } = await show()
    const mayTrain = level === 'opt-in' ? content : []
    const others = ['content.inference', 'content.workspace', 'content.training'].filter(
      (name) => !mayTrain.includes(name),
    )
    for (const name of others)
      must((await failure(optIn(name))).code === 'policy_refused', `an opt-in for ${name} was taken under ${level}`)
    for (const name of mayTrain) {
      const given = await ok(optIn(name))
      must(given.counts && given.statement !== null, 'an opt-in counts for nothing, or names nothing')
      const params = { path: { ...path, approvalId: given.id } }
      const withdraw = '/api/v1/organisations/{organisationId}/training/{approvalId}/withdraw'
      await ok(api.POST(withdraw, { params, body: {} }))
    }
    const { items } = await show()
    must(items.length === mayTrain.length, 'what was refused is on record, or what was given is not')
    must(
      items.every(({ inForce, withdrawnAt }) => !inForce && withdrawnAt !== null),
      'an opt-in that was withdrawn is in force',
    )
    return `${level}: ${others.length} opt-ins refused, ${mayTrain.length} given and withdrawn`
  },
}

export const trainingStories: readonly Story[] = [lettingTrain]
