import { askFrom } from '../../from-address.ts'
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
    const raised = ['sign-in-guessing', 'key-guessing', 'privilege-probing']
    const areAll = async () => {
      const seen = await kinds()
      return raised.every((kind) => seen.has(kind))
    }
    await until(areAll, 10, 'an attack raised no alert')
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

/** More than a flood is by default. */
const stuffed = 130
/** Loopback as well: whoever drives the other stories is not held off. */
const [attacker, affected] = ['127.0.0.66', '127.0.0.67'] as const

const stuff: Story = {
  kinds: ['abuse-limits'],
  does: 'tries many different API keys from one address, asks for a review of the block, and lifts it',
  run: async ({ avow, staying }) => {
    const { api } = await signInAgain(avow, staying.person)
    const params = { path: { projectId: staying.projectId } }
    const made = await ok(api.POST('/api/v1/projects/{projectId}/keys', { params, body: { name: 'known' } }))
    const known = made.secret ?? ''
    const show = (token: string, from: string = attacker) => askFrom(from, `${avow.url}/v1/models`, { token })
    must((await show(known)).status === 200, 'a good key is refused')
    let tried = 0
    for (let answer = await show('avow-stuffed'); answer.status === 401; answer = await show(`avow-stuffed-${tried}`)) {
      must(tried < stuffed, `${stuffed} different keys were tried from one address, and no end`)
      tried += 1
    }
    const refused = await show('avow-stuffed-next')
    must(refused.code === 'address_blocked' && refused.retryAfterSeconds > 0, `a stranger is told ${refused.message}`)
    must((await show(known)).status === 200, 'a block stops a key that was used before')
    must((await show('avow-of-another', affected)).status === 401, 'a block stops another address')
    const page = await askFrom(attacker, `${avow.url}/api/v1/policy`)
    must(page.code === 'address_blocked', `a blocked stranger is answered ${page.status} by the control plane`)

    const { items } = await runJson(avow, 'block', 'list', '--state', 'active')
    const block = items.find(({ ipAddress }: { ipAddress: string }) => ipAddress === attacker)
    must(block?.kind === 'key-stuffing' && block.count >= block.times, 'the block does not say what was counted')
    const review = `${avow.url}/api/v1/blocks/${block.id}/review`
    must(refused.message.includes(block.id), 'the refusal does not name the block')
    must((await askFrom(attacker, review, { method: 'POST' })).status === 200, 'nobody can ask for a review')
    await runJson(avow, 'block', 'lift', block.id, '--note', 'a review found it honest')
    must((await show('avow-after-the-review')).status === 401, 'a block that was lifted goes on')
    return `blocked after ${tried + 1} keys of nobody; a known key went on; reviewed and lifted`
  },
}

export const attackStories: readonly Story[] = [flood, stuff, attack]
