import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIdentity, goodPassword, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
})
afterAll(() => test.close())

const applicant = (email: string, more: object = {}) => ({
  email,
  password: goodPassword,
  name: 'Ada Lovelace',
  birthDate: '1990-01-31',
  ...more,
})

const rowsOf = async (table: string): Promise<number> => {
  const { rows } = await test.database.pool.query<{ n: string }>(`select count(*) as n from ${table}`)
  return Number(rows[0]?.n)
}

describe('sign-up', () => {
  it('mails a link, and opens the account with an organisation and a project when it is opened', async () => {
    const answer = await test.send('POST', '/auth/sign-up', applicant('Ada@Example.org'))
    expect(answer).toMatchObject({ status: 202, body: { status: 'verification-sent' } })
    const [mail] = await test.mails('ada@example.org')
    expect(mail?.kind).toBe('verify-email')
    expect(mail?.links[0]).toMatch(/^http:\/\/127\.0\.0\.1:9400\/verify-email\?token=/)
    const token = await test.mailedToken('ada@example.org')
    const verified = await test.send('POST', '/auth/verify-email', { token })
    expect(verified).toMatchObject({ status: 200, body: { email: 'ada@example.org' } })
    const signedIn = await test.send('POST', '/auth/sign-in', {
      email: 'ADA@example.org',
      password: goodPassword,
      tokenWanted: true,
    })
    expect(signedIn).toMatchObject({ status: 200, body: { person: { email: 'ada@example.org', emailVerified: true } } })
    const me = await test.as(read(signedIn, 'token'))('GET', '/me')
    expect(me.body).toMatchObject({
      name: 'Ada Lovelace',
      organisations: [{ name: 'Ada Lovelace’s organisation', role: 'owner' }],
    })
  })

  it('mails a link that leads back to the invitation, also when it is sent again, and carries nothing else', async () => {
    const [email, invitation] = ['guest@example.org', 'an-invitation-of-32-characters__']
    await test.send('POST', '/auth/sign-up', applicant(email, { invitation }))
    await test.send('POST', '/auth/resend-verification', { email, invitation })
    const links = (await test.mails(email)).map((mail) => new URL(mail.links[0] ?? ''))
    expect(links.map((link) => link.searchParams.get('invitation'))).toEqual([invitation, invitation])
    const odd = await test.send(
      'POST',
      '/auth/sign-up',
      applicant(email, { invitation: 'x&next=https://evil.example' }),
    )
    expect(odd).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  it('keeps neither the token nor the password nor the date of birth in clear', async () => {
    await test.send('POST', '/auth/sign-up', applicant('secret@example.org', { birthDate: '1987-06-05' }))
    const token = await test.mailedToken('secret@example.org')
    const { rows } = await test.database.pool.query('select * from sign_up where email_index = $1', [
      test.emailIndex('secret@example.org'),
    ])
    const stored = JSON.stringify(rows)
    expect(rows).toHaveLength(1)
    expect(stored).not.toContain(token)
    expect(stored).not.toContain(goodPassword)
    expect(stored).not.toContain('1987')
  })

  it('answers alike for an address that has an account, and tells its owner', async () => {
    const owner = await test.join('owner@example.org')
    const known = await test.send('POST', '/auth/sign-up', applicant(owner.email))
    const unknown = await test.send('POST', '/auth/sign-up', applicant('nobody@example.org'))
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
    expect((await test.mails(owner.email))[0]?.kind).toBe('already-registered')
    const { rows } = await test.database.pool.query('select 1 from sign_up where email_index = $1', [
      test.emailIndex(owner.email),
    ])
    expect(rows).toEqual([])
  })

  it('refuses who is too young by the policy and stores nothing of them, only that it refused', async () => {
    const people = await rowsOf('sign_up')
    const answer = await test.send('POST', '/auth/sign-up', applicant('young@example.org', { birthDate: '2010-11-23' }))
    expect(answer).toMatchObject({ status: 403, body: { code: 'below_minimum_age' } })
    expect(await rowsOf('sign_up')).toBe(people)
    expect(await test.mails('young@example.org')).toEqual([])
    const { rows } = await test.database.pool.query(
      'select gate, decision, rule from evidence_leaf order by sequence desc limit 1',
    )
    expect(rows).toEqual([{ gate: 'age', decision: 'refused', rule: 'minimum-age(16)' }])
  })

  it('lets in who reaches the minimum age today', async () => {
    const answer = await test.send(
      'POST',
      '/auth/sign-up',
      applicant('birthday@example.org', { birthDate: '2010-11-22' }),
    )
    expect(answer.status).toBe(202)
  })

  it('goes on refusing who was too young when they give another date, for a day, and nobody else', async () => {
    const young = async (birthDate: string) => {
      const answer = await test.send('POST', '/auth/sign-up', applicant('retry@example.org', { birthDate }))
      return { status: answer.status, code: (answer.body as { code?: string }).code }
    }
    expect((await young('2012-01-01')).code).toBe('below_minimum_age')
    expect((await young('1990-01-01')).code).toBe('below_minimum_age')
    expect((await test.send('POST', '/auth/sign-up', applicant('sibling@example.org'))).status).toBe(202)
    const { rows } = await test.database.pool.query('select * from attempt')
    expect(JSON.stringify(rows)).not.toContain('retry@')
    test.clock.advance(86_400_000)
    expect((await young('1990-01-01')).status).toBe(202)
  })

  it('refuses a weak password with its reason', async () => {
    const answer = await test.send(
      'POST',
      '/auth/sign-up',
      applicant('weak@example.org', { password: 'AdaLovelace1815' }),
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'weak_password', detail: expect.stringContaining('your name') },
    })
  })

  it('refuses a body with unknown or wrong fields and names them', async () => {
    const answer = await test.send('POST', '/auth/sign-up', applicant('not an address', { role: 'operator' }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(JSON.stringify(answer.body)).toContain('email')
  })
})

describe('the verification link', () => {
  it('works once', async () => {
    await test.send('POST', '/auth/sign-up', applicant('once@example.org'))
    const token = await test.mailedToken('once@example.org')
    expect((await test.send('POST', '/auth/verify-email', { token })).status).toBe(200)
    expect(await test.send('POST', '/auth/verify-email', { token })).toMatchObject({
      status: 400,
      body: { code: 'token_invalid' },
    })
  })

  it('makes one account when it is opened twice at the same moment', async () => {
    await test.send('POST', '/auth/sign-up', applicant('twice@example.org'))
    const token = await test.mailedToken('twice@example.org')
    const open = () => test.send('POST', '/auth/verify-email', { token })
    const rows = `select 1 from sign_up where email_index = '${test.emailIndex('twice@example.org')}' for update`
    const answers = await test.sideBySide(rows, [open, open, open])
    expect(answers.map((one) => one.status).sort()).toEqual([200, 400, 400])
  })

  it('ends after 24 hours', async () => {
    await test.send('POST', '/auth/sign-up', applicant('late@example.org'))
    const token = await test.mailedToken('late@example.org')
    test.clock.advance(24 * 3_600_000)
    expect((await test.send('POST', '/auth/verify-email', { token })).status).toBe(400)
  })

  it('belongs to its own sign-up: the password of another sign-up of the address does not open the account', async () => {
    await test.send('POST', '/auth/sign-up', applicant('shared@example.org', { password: 'what a stranger typed' }))
    await test.send('POST', '/auth/sign-up', applicant('shared@example.org'))
    await test.send('POST', '/auth/verify-email', { token: await test.mailedToken('shared@example.org') })
    const stranger = await test.send('POST', '/auth/sign-in', {
      email: 'shared@example.org',
      password: 'what a stranger typed',
    })
    const owner = await test.send('POST', '/auth/sign-in', { email: 'shared@example.org', password: goodPassword })
    expect([stranger.status, owner.status]).toEqual([401, 200])
  })
})

describe('sending the verification mail again', () => {
  it('gives a link that works', async () => {
    await test.send('POST', '/auth/sign-up', applicant('again@example.org'))
    const first = await test.mailedToken('again@example.org')
    test.clock.advance(1000)
    await test.send('POST', '/auth/resend-verification', { email: 'again@example.org' })
    const second = await test.mailedToken('again@example.org')
    expect(second).not.toBe(first)
    expect((await test.send('POST', '/auth/verify-email', { token: second })).status).toBe(200)
  })

  it('answers alike for addresses that wait, have an account, or are unknown, and mails only the first', async () => {
    const member = await test.join('member@example.org')
    await test.send('POST', '/auth/sign-up', applicant('waiting@example.org'))
    const before = (await test.mails(member.email)).length
    const ask = (email: string) => test.send('POST', '/auth/resend-verification', { email })
    const answers = [await ask('waiting@example.org'), await ask(member.email), await ask('unknown@example.org')]
    expect(new Set(answers.map((one) => JSON.stringify([one.status, one.body]))).size).toBe(1)
    expect(await test.mails('waiting@example.org')).toHaveLength(2)
    expect(await test.mails(member.email)).toHaveLength(before)
    expect(await test.mails('unknown@example.org')).toEqual([])
  })

  it('is limited for each address with Retry-After', async () => {
    const ask = () => test.send('POST', '/auth/resend-verification', { email: 'flood@example.org' })
    for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(202)
    const refused = await ask()
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  })
})
