import { hire } from '../../cast.ts'
import { createPerson, failure, mailTo, ok, type Person } from '../../people.ts'
import type { RunningAvow } from '../../start-avow.ts'
import { must, type Story, until } from '../story.ts'

const homeOf = async ({ api }: Person) => {
  const organisationId = (await ok(api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
  const params = { path: { organisationId } }
  const projects = await ok(api.GET('/api/v1/organisations/{organisationId}/projects', { params }))
  return { organisationId, projectId: projects.items[0]?.id ?? '' }
}

const correction: Story = {
  kinds: ['rectify'],
  does: 'corrects a name, and reads every place that shows it',
  run: async ({ avow }) => {
    const person = await createPerson(avow, 'corrects')
    const { organisationId } = await homeOf(person)
    for (const name of ['Wrong Name', 'Right Name']) await ok(person.api.PATCH('/api/v1/me', { body: { name } }))
    const ofOrganisation = { params: { path: { organisationId } } }
    const places = {
      account: await ok(person.api.GET('/api/v1/me')),
      members: await ok(person.api.GET('/api/v1/organisations/{organisationId}/members', ofOrganisation)),
      organisations: await ok(person.api.GET('/api/v1/organisations')),
    }
    for (const [place, shown] of Object.entries(places)) {
      must(JSON.stringify(shown).includes('Right Name'), `${place} lacks the corrected name`)
      must(!JSON.stringify(shown).includes('Wrong Name'), `${place} shows the name from before`)
    }
    return `${Object.keys(places).length} places, each with the corrected name only`
  },
}

const works = async (avow: RunningAvow, key: string): Promise<boolean> => {
  const answer = await fetch(`${avow.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  await answer.arrayBuffer()
  return answer.status === 200
}

const closing: Story = {
  kinds: ['closure-locks'],
  does: 'closes an account, and tries its key, its session and its password',
  run: async ({ avow }) => {
    const person = await createPerson(avow, 'closes')
    const { organisationId, projectId } = await homeOf(person)
    const params = { path: { projectId } }
    const { secret } = await ok(
      person.api.POST('/api/v1/projects/{projectId}/keys', { params, body: { name: 'closes' } }),
    )
    must(await works(avow, secret ?? ''), 'the key does not work before')
    const body = { password: person.password, closeOrganisations: [organisationId] }
    await ok(person.api.POST('/api/v1/me/close', { body }))
    await until(async () => !(await works(avow, secret ?? '')), 1, 'the key works on')
    must((await failure(person.api.GET('/api/v1/me'))).status === 401, 'the session goes on')
    const { email, password } = person
    const again = await failure(avow.api(null).POST('/api/v1/auth/sign-in', { body: { email, password } }))
    must(again.code === 'wrong_credentials', 'a closed account signs in')
    return '1 key refused within 1 s, 1 session ended, 1 sign-in refused'
  },
}

const refusedRequest: Story = {
  kinds: ['denials-explained', 'appeal-apart', 'deadline'],
  does: 'asks by right, is refused with a reason, appeals, and has the appeal decided by who refused and by another',
  run: async ({ avow, tested }) => {
    const person = await createPerson(avow, 'asks')
    const officer = avow.api((await hire(avow, 'privacy-officer', true)).token ?? '')
    const body = { kind: 'access', details: 'What was sent in May?' } as const
    const asked = await ok(person.api.POST('/api/v1/me/requests', { body }))
    const ofRequest = (requestId: string) => ({ params: { path: { requestId } } })
    const denial = { ground: 'unfounded', reason: 'Nothing was sent to anybody.' } as const
    await ok(officer.POST('/api/v1/privacy/requests/{requestId}/deny', { ...ofRequest(asked.id), body: denial }))
    const shown = await ok(person.api.GET('/api/v1/me/requests/{requestId}', ofRequest(asked.id)))
    must(shown.answer === denial.reason && shown.denialGround === denial.ground, 'the refusal is not explained')
    must((await mailTo(avow, person.email, 'rights')).subject !== '', 'the person was not told')
    if (tested.policy.source.rights.appeal === undefined) return '1 refusal explained; the policy has no appeal'
    must(shown.appealPath !== null, 'the refusal does not say where to appeal')
    const details = { body: { details: 'Something was.' } }
    const appeal = await ok(
      person.api.POST('/api/v1/me/requests/{requestId}/appeal', { ...ofRequest(asked.id), ...details }),
    )
    const answer = { ...ofRequest(appeal.id), body: { answer: 'It is looked into again.' } }
    const own = await failure(officer.POST('/api/v1/privacy/requests/{requestId}/complete', answer))
    must(own.status >= 400, 'who refused decides about the appeal')
    await ok(avow.api().POST('/api/v1/privacy/requests/{requestId}/complete', answer))
    const { state } = await ok(person.api.GET('/api/v1/me/requests/{requestId}', ofRequest(appeal.id)))
    must(state === 'done', `the appeal is ${state}`)
    const words = { body: { answer: 'Here it is, after all.' } }
    await ok(avow.api().POST('/api/v1/privacy/requests/{requestId}/complete', { ...ofRequest(asked.id), ...words }))
    return '1 refusal explained, 1 appeal refused to who refused and decided by another'
  },
}

const browserRefuses: Story = {
  kinds: ['tracking-refusal'],
  does: 'comes with each signal that the policy obeys, and without one',
  run: async ({ avow, tested }) => {
    const signals = tested.policy.source.signals ?? []
    const isOpen = async ({ api }: Person) => {
      const { purposes } = await ok(api.GET('/api/v1/me/privacy/choices'))
      return purposes.find(({ purpose }) => purpose === 'analytics')?.used === true
    }
    for (const signal of signals) {
      const [person, other] = [await createPerson(avow, 'refuses'), await createPerson(avow, 'does-not')]
      const headers = { authorization: `Bearer ${person.token}`, [signal === 'gpc' ? 'sec-gpc' : 'dnt']: '1' }
      await (await fetch(`${avow.url}/api/v1/me`, { headers })).arrayBuffer()
      must(!(await isOpen(person)), `${signal} does not end analysis`)
      must(await isOpen(other), `${signal} of one ends analysis of another`)
    }
    return `${signals.join(' and ')} obeyed, for who sent it alone`
  },
}

export const requestStories: readonly Story[] = [correction, closing, refusedRequest, browserRefuses]
