import { beforeAll, expect, test } from 'vitest'
import { createPerson, failure, goodPassword, mailTo, newEmail, ok, tokenIn, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  return () => avow[Symbol.asyncDispose]()
})

const signIn = (email: string, password: string, code?: string) =>
  avow.api(null).POST('/api/v1/auth/sign-in', {
    body: { email, password, tokenWanted: true, ...(code === undefined ? {} : { code }) },
  })
const signUp = (email: string, more: Partial<{ password: string; birthDate: string }> = {}) =>
  avow.api(null).POST('/api/v1/auth/sign-up', {
    body: { email, name: 'Someone', password: goodPassword, birthDate: '1990-05-17', ...more },
  })

test('a stranger signs up, verifies the address by the mail, signs in, and has an organisation with a project', async () => {
  const person = await createPerson(avow, 'ada')
  const me = await ok(person.api.GET('/api/v1/me'))
  expect(me).toMatchObject({ email: person.email, emailVerified: true, staffRole: null })
  expect(me.organisations).toHaveLength(1)
  const organisationId = me.organisations[0]!.id
  const projects = await ok(
    person.api.GET('/api/v1/organisations/{organisationId}/projects', { params: { path: { organisationId } } }),
  )
  expect(projects.items).toHaveLength(1)
})

test('nobody gets in before the address is verified, with a wrong password, or with a link used twice', async () => {
  const email = newEmail('unverified')
  await ok(signUp(email))
  expect((await signIn(email, goodPassword)).response.status).toBeGreaterThanOrEqual(401)
  const token = tokenIn(await mailTo(avow, email))
  await ok(avow.api(null).POST('/api/v1/auth/verify-email', { body: { token } }))
  expect(await failure(signIn(email, 'not the password'))).toEqual({ status: 401, code: 'wrong_credentials' })
  expect(await failure(avow.api(null).POST('/api/v1/auth/verify-email', { body: { token } }))).toEqual({
    status: 400,
    code: 'token_invalid',
  })
  await ok(signIn(email, goodPassword))
})

test('signing up does not tell whether an address has an account', async () => {
  const { email } = await createPerson(avow, 'known')
  const again = await signUp(email)
  const fresh = await signUp(newEmail('fresh'))
  expect(again.response.status).toBe(fresh.response.status)
  expect(again.data).toEqual(fresh.data)
  expect(await failure(signIn(newEmail('nobody'), goodPassword))).toEqual({ status: 401, code: 'wrong_credentials' })
})

test('the age gate and the password rule of the policy hold, and nothing is stored of who is refused', async () => {
  const young = newEmail('young')
  const birthDate = `${new Date().getUTCFullYear() - 10}-01-01`
  expect(await failure(signUp(young, { birthDate }))).toEqual({ status: 403, code: 'below_minimum_age' })
  expect(await failure(signUp(newEmail('weak'), { password: 'short' }))).toEqual({ status: 400, code: 'weak_password' })
  const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: young } } }))
  expect(items).toEqual([])
})

test('two-step sign-in is set up with the first code and asked for from then on; a backup code works once', async () => {
  const person = await createPerson(avow, 'careful')
  const setup = await ok(person.api.POST('/api/v1/me/totp', { body: { password: person.password } }))
  expect(await failure(person.api.POST('/api/v1/me/totp/confirm', { body: { code: '000000' } }))).toMatchObject({
    code: 'wrong_code',
  })
  await ok(person.api.POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri!) } }))

  expect(await failure(signIn(person.email, person.password))).toEqual({ status: 401, code: 'second_factor_required' })
  expect(await failure(signIn(person.email, person.password, '123456'))).toEqual({ status: 401, code: 'wrong_code' })
  const signedIn = await ok(signIn(person.email, person.password, totpCode(setup.uri!, 1)))
  expect(signedIn.person.secondFactor).toBe(true)
  const backup = setup.backupCodes![0]!
  await ok(signIn(person.email, person.password, backup))
  expect(await failure(signIn(person.email, person.password, backup))).toEqual({ status: 401, code: 'wrong_code' })
})

test('a reset password ends every session and the old password', async () => {
  const person = await createPerson(avow, 'forgetful')
  await ok(avow.api(null).POST('/api/v1/auth/request-password-reset', { body: { email: person.email } }))
  const mails = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: person.email } } }))
  const token = tokenIn(mails.items[0]!)
  const newPassword = 'another long pass phrase'
  await ok(avow.api(null).POST('/api/v1/auth/reset-password', { body: { token, newPassword } }))
  expect(await failure(person.api.GET('/api/v1/me'))).toEqual({ status: 401, code: 'not_signed_in' })
  expect(await failure(signIn(person.email, person.password))).toEqual({ status: 401, code: 'wrong_credentials' })
  await ok(signIn(person.email, newPassword))
})

test('sessions can be seen and ended, one and all others', async () => {
  const person = await createPerson(avow, 'busy')
  const second = await ok(signIn(person.email, person.password))
  const third = await ok(signIn(person.email, person.password))
  const { items } = await ok(person.api.GET('/api/v1/me/sessions'))
  expect(items).toHaveLength(3)
  expect(items.filter(({ current }) => current)).toHaveLength(1)
  expect(await ok(person.api.POST('/api/v1/me/sessions/end-others'))).toEqual({ ended: 2 })
  for (const { token } of [second, third])
    expect(await failure(avow.api(token!).GET('/api/v1/me'))).toMatchObject({ status: 401 })
  await ok(person.api.GET('/api/v1/me'))
})

test('the session of another person is not found', async () => {
  const [one, other] = [await createPerson(avow, 'one'), await createPerson(avow, 'another')]
  const sessionId = (await ok(other.api.GET('/api/v1/me/sessions'))).items[0]!.id
  const ending = one.api.DELETE('/api/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } })
  expect(await failure(ending)).toEqual({ status: 404, code: 'not_found' })
  await ok(other.api.GET('/api/v1/me'))
})

test('a create that is repeated with its Idempotency-Key happens once and shows the secret once', async () => {
  const projectId = avow.firstRun.project.id
  const create = (name: string) =>
    avow.api().POST('/api/v1/projects/{projectId}/keys', {
      params: { path: { projectId }, header: { 'Idempotency-Key': 'the same attempt' } },
      body: { name },
    })
  const first = await ok(create('once'))
  const again = await ok(create('once'))
  expect(again).toMatchObject({ id: first.id, secret: null })
  expect(await failure(create('something else'))).toEqual({ status: 422, code: 'idempotency_mismatch' })
  const query = { search: 'once' }
  const { items } = await ok(
    avow.api().GET('/api/v1/projects/{projectId}/keys', { params: { path: { projectId }, query } }),
  )
  expect(items).toHaveLength(1)
})

test('an invitation by mail makes the invited person, and nobody else, a member with its role', async () => {
  const owner = await createPerson(avow, 'owner')
  const guest = await createPerson(avow, 'guest')
  const other = await createPerson(avow, 'other')
  const organisationId = (await ok(owner.api.GET('/api/v1/me'))).organisations[0]!.id
  const path = { organisationId }
  await ok(
    owner.api.POST('/api/v1/organisations/{organisationId}/invitations', {
      params: { path },
      body: { email: guest.email, role: 'viewer' },
    }),
  )
  const mails = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: guest.email } } }))
  const token = tokenIn(mails.items[0]!)
  expect(
    (await failure(other.api.POST('/api/v1/invitations/accept', { body: { token } }))).status,
  ).toBeGreaterThanOrEqual(400)
  expect(await ok(guest.api.POST('/api/v1/invitations/accept', { body: { token } }))).toMatchObject({
    id: organisationId,
    role: 'viewer',
  })
  expect(
    await failure(
      guest.api.POST('/api/v1/organisations/{organisationId}/projects', { params: { path }, body: { name: 'no' } }),
    ),
  ).toEqual({ status: 403, code: 'forbidden' })

  await ok(
    owner.api.PATCH('/api/v1/organisations/{organisationId}/members/{personId}', {
      params: { path: { organisationId, personId: guest.id } },
      body: { role: 'admin' },
    }),
  )
  await ok(
    guest.api.POST('/api/v1/organisations/{organisationId}/projects', { params: { path }, body: { name: 'yes' } }),
  )
  expect(
    await failure(
      owner.api.DELETE('/api/v1/organisations/{organisationId}/members/{personId}', {
        params: { path: { organisationId, personId: owner.id } },
      }),
    ),
  ).toEqual({ status: 409, code: 'last_owner' })
  await ok(
    owner.api.DELETE('/api/v1/organisations/{organisationId}/members/{personId}', {
      params: { path: { organisationId, personId: guest.id } },
    }),
  )
  expect(await failure(guest.api.GET('/api/v1/organisations/{organisationId}', { params: { path } }))).toEqual({
    status: 404,
    code: 'not_found',
  })
})

test('a page of another site cannot act with the cookie of a signed-in person', async () => {
  const person = await createPerson(avow, 'browser')
  const body = JSON.stringify({ email: person.email, password: person.password })
  const signedIn = await fetch(`${avow.url}/api/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const cookie = signedIn.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^avow_session=[^;]+;.*HttpOnly.*SameSite=(Lax|Strict)/)
  const headers = { cookie: cookie.split(';')[0]!, 'content-type': 'application/json' }
  const rename = (origin: string) =>
    fetch(`${avow.url}/api/v1/me`, {
      method: 'PATCH',
      headers: { ...headers, origin },
      body: JSON.stringify({ name: 'Changed' }),
    })
  expect((await rename('https://evil.example')).status).toBe(403)
  expect((await rename(avow.url)).status).toBe(200)
})

test('guessing a password is slowed down, and the answer says for how long', async () => {
  const person = await createPerson(avow, 'target')
  const statuses: number[] = []
  let retryAfter: string | null = null
  for (let attempt = 0; attempt < 12 && retryAfter === null; attempt += 1) {
    const { response } = await signIn(person.email, `guess ${attempt} of a password`)
    statuses.push(response.status)
    retryAfter = response.headers.get('retry-after')
  }
  expect(statuses.at(-1)).toBe(429)
  expect(Number(retryAfter)).toBeGreaterThan(0)
})
