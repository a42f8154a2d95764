import { createPerson, failure, goodPassword, mailTo, newEmail, ok, tokenIn } from '../../people.ts'
import { must, type Story } from '../story.ts'

/** A date of birth for someone who turns `years` in so many days. */
const turns = (years: number, inDays: number): string => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), now.getUTCDate() + inDays))
    .toISOString()
    .slice(0, 10)
}

const signingUp: Story = {
  kinds: ['minimum-age', 'sign-up-asks', 'verified-mail'],
  does: 'signs up too young, with each answer left out, and unverified',
  run: async ({ avow }) => {
    const stranger = avow.api(null)
    const { minimumAge } = await ok(stranger.GET('/api/v1/policy'))
    const whole = { name: 'Kim', email: newEmail('kim'), password: goodPassword, birthDate: turns(minimumAge, -2) }
    const signUp = (body: object) => failure(stranger.POST('/api/v1/auth/sign-up', { body: body as typeof whole }))
    // Two days of room: the server may read the clock on the other side of midnight.
    // At an address of its own: a refusal for age stays with the address for a day.
    const young = await signUp({ ...whole, email: newEmail('young'), birthDate: turns(minimumAge, 2) })
    must(young.code === 'below_minimum_age', `someone under ${minimumAge} got ${young.status}`)
    const fields = Object.keys(whole)
    for (const field of fields) {
      const { status } = await signUp(Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field)))
      must(status === 400 || status === 422, `sign-up without ${field} got ${status}`)
    }
    must((await signUp(whole)).status === 202, 'someone old enough was refused')
    const { email, password } = whole
    const signIn = () =>
      failure(stranger.POST('/api/v1/auth/sign-in', { body: { email, password, tokenWanted: true } }))
    must((await signIn()).code === 'email_not_verified', 'an unverified address signs in')
    const token = tokenIn(await mailTo(avow, whole.email))
    await ok(stranger.POST('/api/v1/auth/verify-email', { body: { token } }))
    must((await signIn()).status === 200, 'a verified address does not sign in')
    return `1 sign-up under ${minimumAge} refused, ${fields.length} incomplete ones refused, 1 sign-in before verification refused`
  },
}

const signingIn: Story = {
  kinds: ['password-hash', 'sessions-revocable'],
  does: 'signs in with the wrong and the right password, ends one of two sessions',
  run: async ({ avow }) => {
    const person = await createPerson(avow, 'sessions')
    const stranger = avow.api(null)
    const signIn = (password: string) =>
      stranger.POST('/api/v1/auth/sign-in', { body: { email: person.email, password, tokenWanted: true } })
    must((await failure(signIn(`${person.password}!`))).code === 'wrong_credentials', 'a wrong password signs in')
    const second = (await ok(signIn(person.password))).token ?? ''
    const { items } = await ok(person.api.GET('/api/v1/me/sessions'))
    must(items.length === 2, `${items.length} of 2 sessions are listed`)
    const sessionId = items.find(({ current }) => !current)?.id ?? ''
    await ok(person.api.DELETE('/api/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } }))
    must((await failure(avow.api(second).GET('/api/v1/me'))).status === 401, 'an ended session goes on')
    await ok(person.api.GET('/api/v1/me'))
    return '2 sessions listed, the ended one refused, the other works'
  },
}

const usingKeys: Story = {
  kinds: ['api-keys-hashed', 'api-key-rotation', 'api-key-revocation'],
  does: 'makes, rotates and revokes API keys, and calls with each',
  run: async ({ avow, staying }) => {
    const { api } = staying.person
    const path = { projectId: staying.projectId }
    const made = await ok(
      api.POST('/api/v1/projects/{projectId}/keys', { params: { path }, body: { name: 'rotated' } }),
    )
    const ofKey = { params: { path: { ...path, keyId: made.id } } }
    const shown = await ok(api.GET('/api/v1/projects/{projectId}/keys/{keyId}', ofKey))
    must(!JSON.stringify(shown).includes(made.secret ?? '?'), 'the secret is shown again')
    const works = async (secret: string | null | undefined): Promise<boolean> => {
      const answer = await fetch(`${avow.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
      await answer.arrayBuffer()
      return answer.status === 200
    }
    const rotated = await ok(
      api.POST('/api/v1/projects/{projectId}/keys/{keyId}/rotate', { ...ofKey, body: { overlapSeconds: 2 } }),
    )
    must((await works(made.secret)) && (await works(rotated.secret)), 'a key does not work in the overlap')
    const startedMs = performance.now()
    while (await works(made.secret)) must(performance.now() - startedMs < 5000, 'the old key outlives the overlap')
    const keyId = rotated.id
    await ok(api.DELETE('/api/v1/projects/{projectId}/keys/{keyId}', { params: { path: { ...path, keyId } } }))
    const revokedMs = performance.now()
    while (await works(rotated.secret)) must(performance.now() - revokedMs < 1000, 'a revoked key works after a second')
    return `1 secret shown once, 1 overlap of 2 s kept, 1 revocation in force within 1 s`
  },
}

export const accountStories: readonly Story[] = [signingUp, signingIn, usingKeys]
