import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestIdentity, goodPassword, type Member, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
})
afterAll(() => test.close())
// Each test is another day, so that attempts of one do not count for the next.
beforeEach(() => test.clock.advance(86_400_000))

const ask = (who: Pick<Member, 'send'>, newEmail: string, more: object = {}) =>
  who.send('POST', '/me/email', { newEmail, password: goodPassword, ...more })
const confirm = async (to: string) => test.send('POST', '/auth/confirm-email', { token: await test.mailedToken(to) })
const undo = async (from: string) => test.send('POST', '/auth/undo-email', { token: await test.mailedToken(from) })
const change = async (who: Member, newEmail: string) => {
  await ask(who, newEmail)
  return confirm(newEmail)
}
const signIn = (email: string) =>
  test.send('POST', '/auth/sign-in', { email, password: goodPassword, tokenWanted: true })
const addressOf = async (who: Pick<Member, 'send'>) => read(await who.send('GET', '/me'), 'email')

describe('a change of address', () => {
  it('happens when the link to the new address is opened; sessions and keys stay, the old address is told', async () => {
    const who = await test.join('old@example.org')
    const key = await who.send('POST', `/projects/${who.projectId}/keys`, { name: 'laptop' })
    const asked = await ask(who, 'New@Example.org')
    expect(asked).toMatchObject({ status: 202, body: { status: 'verification-sent' } })
    expect(await addressOf(who)).toBe('old@example.org')
    expect((await who.send('GET', '/me/email')).body).toMatchObject({
      pending: { newEmail: 'new@example.org' },
      undoUntil: null,
    })
    expect((await test.mails('old@example.org'))[0]).toMatchObject({ subject: 'Your address is about to change' })
    expect((await confirm('new@example.org')).body).toMatchObject({ email: 'new@example.org' })
    expect(await addressOf(who)).toBe('new@example.org')
    expect((await test.identity.api.keyDirectory.find(read(key, 'secret')))?.state).toBe('active')
    expect((await test.mails('old@example.org'))[0]).toMatchObject({
      subject: 'The address of your account was changed',
    })
    expect((await signIn('new@example.org')).status).toBe(200)
    expect((await signIn('old@example.org')).status).toBe(401)
    expect((await who.send('GET', '/me/email')).body).toMatchObject({ pending: null, undoUntil: expect.any(String) })
  })

  it('asks for the password, and for a code where there is one', async () => {
    const who = await test.join('guarded@example.org')
    expect((await ask(who, 'x@example.org', { password: 'wrong' })).status).toBe(401)
    const { secret } = await test.addTotp(who)
    test.clock.advance(60_000)
    expect((await ask(who, 'x@example.org')).body).toMatchObject({ code: 'second_factor_required' })
    expect((await ask(who, 'x@example.org', { code: '000000' })).body).toMatchObject({ code: 'wrong_code' })
    expect((await ask(who, 'x@example.org', { code: test.codeOf(secret) })).status).toBe(202)
  })

  it('is not one to the same address, and a link works once, for a day, for the last wish only', async () => {
    const who = await test.join('wishes@example.org')
    expect((await ask(who, 'WISHES@example.org')).body).toMatchObject({ code: 'invalid_request' })
    await ask(who, 'first@example.org')
    const first = await test.mailedToken('first@example.org')
    await ask(who, 'second@example.org')
    expect((await test.send('POST', '/auth/confirm-email', { token: first })).body).toMatchObject({
      code: 'token_invalid',
    })
    expect((await confirm('second@example.org')).status).toBe(200)
    expect((await confirm('second@example.org')).body).toMatchObject({ code: 'token_invalid' })
    await ask(who, 'third@example.org')
    test.clock.advance(86_400_000)
    expect((await confirm('third@example.org')).body).toMatchObject({ code: 'token_invalid' })
    await ask(who, 'fourth@example.org')
    expect((await who.send('DELETE', '/me/email')).status).toBe(204)
    expect((await confirm('fourth@example.org')).body).toMatchObject({ code: 'token_invalid' })
  })

  it('ends links to set a password that went to the old address', async () => {
    const who = await test.join('reset-old@example.org')
    await test.send('POST', '/auth/request-password-reset', { email: who.email })
    const token = await test.mailedToken(who.email)
    await change(who, 'reset-new@example.org')
    const reset = await test.send('POST', '/auth/reset-password', { token, newPassword: 'another four word phrase' })
    expect(reset.body).toMatchObject({ code: 'token_invalid' })
  })
})

describe('an address of somebody else', () => {
  it('cannot be taken, nor found out: the answer is the same, and only its owner learns of it', async () => {
    const [who, owner] = [await test.join('nosy@example.org'), await test.join('owner@example.org')]
    const taken = await ask(who, owner.email)
    const free = await ask(who, 'nobody-has-this@example.org')
    const shape = ({ status, body }: typeof taken) => [
      status,
      Object.keys(body as object),
      read({ ...taken, body } as typeof taken, 'status'),
    ]
    expect(shape(taken)).toEqual(shape(free))
    expect((await test.mails(owner.email))[0]).toMatchObject({
      subject: 'Someone wanted to use your address',
      links: [],
    })
    const pending = async () => (await who.send('GET', '/me/email')).body
    expect(await pending()).toMatchObject({ pending: { newEmail: 'nobody-has-this@example.org' } })
    expect(await addressOf(who)).toBe('nosy@example.org')
  })

  it('goes to one of two who confirm it at the same moment', async () => {
    const [a, b] = [await test.join('race-a@example.org'), await test.join('race-b@example.org')]
    await ask(a, 'race@example.org')
    const first = await test.mailedToken('race@example.org')
    await ask(b, 'race@example.org')
    const second = await test.mailedToken('race@example.org')
    const answers = await Promise.all(
      [first, second].map((token) => test.send('POST', '/auth/confirm-email', { token })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    expect(new Set([await addressOf(a), await addressOf(b)])).toContain('race@example.org')
  })

  it('that signed up meanwhile stays theirs', async () => {
    const who = await test.join('slow@example.org')
    await ask(who, 'quick@example.org')
    const token = await test.mailedToken('quick@example.org')
    await test.join('quick@example.org')
    expect((await test.send('POST', '/auth/confirm-email', { token })).body).toMatchObject({ code: 'token_invalid' })
    expect(await addressOf(who)).toBe('slow@example.org')
  })
})

describe('the old address', () => {
  it('takes the change back, ends every session and makes later changes void', async () => {
    const who = await test.join('victim@example.org')
    await change(who, 'thief@example.org')
    await change(who, 'thief2@example.org')
    expect((await undo('victim@example.org')).body).toMatchObject({ email: 'victim@example.org' })
    expect((await who.send('GET', '/me')).status).toBe(401)
    expect((await signIn('victim@example.org')).status).toBe(200)
    expect((await signIn('thief2@example.org')).status).toBe(401)
    expect((await undo('thief@example.org')).body).toMatchObject({ code: 'token_invalid' })
    const used = (await test.mails('victim@example.org')).find(({ links }) => links[0]?.includes('/undo-email'))
    const token = new URL(used?.links[0] ?? '').searchParams.get('token')
    expect((await test.send('POST', '/auth/undo-email', { token })).body).toMatchObject({ code: 'token_invalid' })
  })

  it('can do so only for as long as the policy says, and nobody else has it until then', async () => {
    const who = await test.join('kept@example.org')
    const other = await test.join('wants-kept@example.org')
    await change(who, 'moved@example.org')
    await ask(other, 'kept@example.org')
    await test.send('POST', '/auth/sign-up', {
      email: 'kept@example.org',
      password: goodPassword,
      name: 'New',
      birthDate: '1990-01-31',
    })
    expect((await test.mails('kept@example.org')).slice(0, 2)).toMatchObject([
      { subject: 'Someone wanted to use your address' },
      { subject: 'Someone wanted to use your address' },
    ])
    test.clock.advance(3 * 86_400_000)
    const link = (await test.mails('kept@example.org')).find(({ links }) => links[0]?.includes('/undo-email'))?.links[0]
    const token = new URL(link ?? '').searchParams.get('token')
    expect((await test.send('POST', '/auth/undo-email', { token })).body).toMatchObject({ code: 'token_invalid' })
    const back = await signIn(other.email)
    const again = { send: test.as(read(back, 'token')) }
    await ask(again, 'kept@example.org')
    expect((await confirm('kept@example.org')).status).toBe(200)
    expect(await addressOf(again)).toBe('kept@example.org')
  })

  it('may be taken again by the one who had it', async () => {
    const who = await test.join('home@example.org')
    await change(who, 'away@example.org')
    await change(who, 'home@example.org')
    expect(await addressOf(who)).toBe('home@example.org')
  })
})
