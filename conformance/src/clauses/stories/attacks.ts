import { createPerson, mailTo, ok } from '../../people.ts'
import { signInAgain } from '../sign-in-again.ts'
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

const perMinute = 3

const flood: Story = {
  kinds: ['abuse-limits'],
  does: 'guesses a password, asks for mail again and again, and calls with a key more often than it may',
  run: async ({ avow, staying }) => {
    const { email, password } = await createPerson(avow, 'locked')
    const signIn = (guess: string) =>
      avow.api(null).POST('/api/v1/auth/sign-in', { body: { email, password: guess, tokenWanted: true } })
    let guesses = 0
    for (let status = 401; status === 401; guesses += 1) {
      must(guesses < tries, `${tries} guesses at a password, and no pause`)
      status = (await signIn(`a wrong guess, number ${guesses}`)).response.status
    }
    const { response } = await signIn(password)
    must(response.status === 429, 'the right password opens an account that is locked for guessing')
    must(Number(response.headers.get('retry-after')) > 0, 'nobody is told when to try again')
    const ask = () => avow.api(null).POST('/api/v1/auth/request-password-reset', { body: { email } })
    for (let n = 0; n < tries; n += 1) await ask()
    const query = { to: email, kind: 'password-reset' }
    const mails = (await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query } }))).items.length
    must(mails < tries, `${mails} mails about a new password went to one person`)
    const { api } = await signInAgain(avow, staying.person)
    const made = await ok(
      api.POST('/api/v1/projects/{projectId}/keys', {
        params: { path: { projectId: staying.projectId } },
        body: { name: 'limited', requestsPerMinute: perMinute },
      }),
    )
    const headers = { authorization: `Bearer ${made.secret}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'hello' }] })
    const seen: number[] = []
    for (let n = 0; n <= perMinute; n += 1)
      seen.push((await fetch(`${avow.url}/v1/chat/completions`, { method: 'POST', headers, body })).status)
    must(
      seen.join() === '200,200,200,429',
      `a key that may call ${perMinute} times a minute is answered ${seen.join()}`,
    )
    return `locked after ${guesses} guesses, for the right password too; ${mails} of ${tries} mails written; call ${perMinute + 1} of a minute refused`
  },
}

export const attackStories: readonly Story[] = [flood, attack]
