import { createPerson, mailTo, ok } from '../../people.ts'
import { must, runJson, type Story, until } from '../story.ts'

const tries = 31

const attack: Story = {
  kinds: ['attack-alerts'],
  does: 'guesses passwords and keys, and knocks at the organisation of somebody else',
  run: async ({ avow, tested }) => {
    const [victim, intruder] = [await createPerson(avow, 'victim'), await createPerson(avow, 'intruder')]
    const organisationId = (await ok(victim.api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
    const params = { path: { organisationId } }
    for (let n = 0; n < tries; n += 1) {
      const body = { email: victim.email, password: `a wrong guess, number ${n}`, tokenWanted: true }
      await avow.api(null).POST('/api/v1/auth/sign-in', { body })
      await intruder.api.GET('/api/v1/organisations/{organisationId}/members', { params })
      const headers = { authorization: `Bearer avow-wrong-${n}` }
      await (await fetch(`${avow.url}/v1/models`, { headers })).arrayBuffer()
    }
    const kinds = async () => {
      const { items } = await runJson(avow, 'alert', 'list')
      return new Set(items.map(({ kind }: { kind: string }) => kind))
    }
    await until(async () => (await kinds()).size === 3, 10, 'an attack raised no alert')
    const told = tested.policy.source.contacts.security?.email ?? avow.firstRun.operator.email
    must((await mailTo(avow, told, 'staff')).kind === 'staff', 'nobody was told')
    return `3 doors, ${tries} tries each: 3 kinds of alerts, and ${told} was told`
  },
}

export const attackStories: readonly Story[] = [attack]
