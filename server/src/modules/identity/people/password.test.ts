import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIdentity, goodPassword, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
})
afterAll(() => test.close())

const newPassword = 'another set of plain words'
const askReset = (email: string) => test.send('POST', '/auth/request-password-reset', { email })
const reset = (token: string, password = newPassword) =>
  test.send('POST', '/auth/reset-password', { token, newPassword: password })
const signIn = (email: string, password: string) => test.send('POST', '/auth/sign-in', { email, password })

describe('asking for a password reset', () => {
  it('answers alike for an address with and without an account, and mails only the first', async () => {
    const { email } = await test.join('known@example.org')
    const known = await askReset(email)
    const unknown = await askReset('unknown@example.org')
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body])
    expect((await test.mails(email))[0]?.kind).toBe('password-reset')
    expect(await test.mails('unknown@example.org')).toEqual([])
  })

  it('is limited for each address, known or not', async () => {
    await test.join('flooded@example.org')
    for (const email of ['flooded@example.org', 'never@example.org']) {
      const answers: number[] = []
      for (let i = 0; i < 6; i++) answers.push((await askReset(email)).status)
      expect(answers).toEqual([202, 202, 202, 202, 202, 429])
    }
  })
})

describe('resetting a password', () => {
  it('sets the new one, ends every session and tells the owner', async () => {
    const member = await test.join('resets@example.org')
    await askReset(member.email)
    expect((await reset(await test.mailedToken(member.email))).status).toBe(204)
    expect((await member.send('GET', '/me')).status).toBe(401)
    expect((await test.mails(member.email))[0]).toMatchObject({
      kind: 'security',
      subject: 'Your password was changed',
    })
    expect((await signIn(member.email, goodPassword)).status).toBe(401)
    expect((await signIn(member.email, newPassword)).status).toBe(200)
  })

  it('works once, also when the link is used twice at the same moment', async () => {
    const { email, personId } = await test.join('races@example.org')
    await askReset(email)
    const token = await test.mailedToken(email)
    const use = () => reset(token)
    const answers = await test.sideBySide(`select 1 from person where id = '${personId}' for update`, [use, use, use])
    expect(answers.map((one) => one.status).sort()).toEqual([204, 400, 400])
  })

  it('uses up every other link of the person', async () => {
    const { email } = await test.join('two-links@example.org')
    await askReset(email)
    const first = await test.mailedToken(email)
    await askReset(email)
    expect((await reset(await test.mailedToken(email))).status).toBe(204)
    expect(await reset(first)).toMatchObject({ status: 400, body: { code: 'token_invalid' } })
  })

  it('is over after one hour', async () => {
    const { email } = await test.join('slow@example.org')
    await askReset(email)
    const token = await test.mailedToken(email)
    test.clock.advance(3_600_000)
    expect((await reset(token)).status).toBe(400)
  })

  it('refuses a weak password without using the link up', async () => {
    const { email } = await test.join('weak@example.org')
    await askReset(email)
    const token = await test.mailedToken(email)
    expect(await reset(token, 'short')).toMatchObject({ status: 400, body: { code: 'weak_password' } })
    expect((await reset(token)).status).toBe(204)
  })

  it('refuses a token that was made up', async () => {
    expect(await reset('made-up')).toMatchObject({ status: 400, body: { code: 'token_invalid' } })
  })
})

describe('changing a password', () => {
  it('keeps this session, ends the others and tells the owner', async () => {
    const member = await test.join('changes@example.org')
    const other = await test.send('POST', '/auth/sign-in', {
      email: member.email,
      password: goodPassword,
      tokenWanted: true,
    })
    const answer = await member.send('POST', '/me/password', { currentPassword: goodPassword, newPassword })
    expect(answer.status).toBe(204)
    expect((await member.send('GET', '/me')).status).toBe(200)
    expect((await test.as(read(other, 'token'))('GET', '/me')).status).toBe(401)
    expect((await test.mails(member.email))[0]?.kind).toBe('security')
  })

  it('refuses a wrong current password, and after five tries any', async () => {
    const member = await test.join('stolen-session@example.org')
    const guess = (currentPassword: string) => member.send('POST', '/me/password', { currentPassword, newPassword })
    for (let i = 0; i < 5; i++) expect((await guess('a wrong one')).body).toMatchObject({ code: 'wrong_credentials' })
    expect(await guess(goodPassword)).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  })
})
