import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIdentity, goodPassword, operatorToken, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
  await test.database.transaction((tx) =>
    test.identity.api.firstRun(tx, { email: 'op@example.org', password: goodPassword }),
  )
})
afterAll(() => test.close())

const signIn = (email: string, code?: string) =>
  test.send('POST', '/auth/sign-in', {
    email,
    password: goodPassword,
    tokenWanted: true,
    ...(code === undefined ? {} : { code }),
  })
const nextStep = () => test.clock.advance(30_000)

describe('setting two-step sign-in up', () => {
  it('changes nothing until the first code, then asks for one at sign-in', async () => {
    const member = await test.join('sets-up@example.org')
    const begun = await member.send('POST', '/me/totp', { password: goodPassword })
    expect(begun).toMatchObject({
      status: 201,
      body: { uri: expect.stringMatching(/^otpauth:/), backupCodes: expect.any(Array) },
    })
    expect((await signIn(member.email)).status).toBe(200)
    const code = test.codeOf(read(begun, 'secret'))
    const confirmed = await member.send('POST', '/me/totp/confirm', { code })
    expect(confirmed).toMatchObject({ status: 200, body: { secondFactor: true } })
    expect(await signIn(member.email)).toMatchObject({ status: 401, body: { code: 'second_factor_required' } })
    expect((await test.mails(member.email))[0]?.subject).toBe('Two-step sign-in is on')
  })

  it('needs the password, and refuses a wrong first code', async () => {
    const member = await test.join('careful@example.org')
    expect((await member.send('POST', '/me/totp', { password: 'wrong one here' })).body).toMatchObject({
      code: 'wrong_credentials',
    })
    await member.send('POST', '/me/totp', { password: goodPassword })
    expect((await member.send('POST', '/me/totp/confirm', { code: '000000' })).body).toMatchObject({
      code: 'wrong_code',
    })
    expect((await member.send('GET', '/me')).body).toMatchObject({ secondFactor: false })
  })

  it('is refused when it was not begun, and when it is set up already', async () => {
    const member = await test.join('order@example.org')
    expect(await member.send('POST', '/me/totp/confirm', { code: '123456' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    await test.addTotp(member)
    expect(await member.send('POST', '/me/totp', { password: goodPassword })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
  })

  it('stores neither the secret nor the backup codes in clear', async () => {
    const member = await test.join('sealed@example.org')
    const { secret, backupCodes } = await test.addTotp(member)
    const { rows } = await test.database.pool.query(
      "select encode(sealed_secret, 'escape') as sealed from second_factor",
    )
    const codes = await test.database.pool.query('select code_hash from backup_code where person_id = $1', [
      member.personId,
    ])
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(codes.rows).toHaveLength(10)
    for (const code of backupCodes) expect(JSON.stringify(codes.rows)).not.toContain(code)
  })
})

describe('signing in with a code', () => {
  it('takes a code once: the same code is refused, also at the same moment', async () => {
    const member = await test.join('replay@example.org')
    const { secret } = await test.addTotp(member)
    expect(await signIn(member.email, test.codeOf(secret))).toMatchObject({ status: 401, body: { code: 'wrong_code' } })
    nextStep()
    const code = test.codeOf(secret)
    const use = () => signIn(member.email, code)
    const row = `select 1 from person where id = '${member.personId}' for update`
    const answers = await test.sideBySide(row, [use, use, use])
    expect(answers.map((one) => one.status).sort()).toEqual([200, 401, 401])
    expect((await signIn(member.email, code)).status).toBe(401)
  })

  it('takes each backup code once, however it is typed', async () => {
    const member = await test.join('backup@example.org')
    const { backupCodes } = await test.addTotp(member)
    const typed = (backupCodes[0] ?? '').toUpperCase().replace('-', ' ')
    expect((await signIn(member.email, typed)).status).toBe(200)
    expect((await signIn(member.email, backupCodes[0])).status).toBe(401)
    expect((await signIn(member.email, backupCodes[1])).status).toBe(200)
    expect((await test.mails(member.email))[0]?.text).toContain('Backup codes left: 8')
  })

  it('does not take a backup code of somebody else', async () => {
    const member = await test.join('mine@example.org')
    const other = await test.join('theirs@example.org')
    await test.addTotp(member)
    const { backupCodes } = await test.addTotp(other)
    expect((await signIn(member.email, backupCodes[0])).status).toBe(401)
  })

  it('limits guessing codes by who knows the password', async () => {
    const member = await test.join('guesses@example.org')
    const { secret } = await test.addTotp(member)
    for (let i = 0; i < 5; i++)
      expect((await signIn(member.email, '000000')).body).toMatchObject({ code: 'wrong_code' })
    nextStep()
    expect(await signIn(member.email, test.codeOf(secret))).toMatchObject({
      status: 429,
      headers: { 'retry-after': '30' },
    })
    nextStep()
    expect((await signIn(member.email, test.codeOf(secret))).status).toBe(200)
  })
})

describe('codes guessed at the same moment', () => {
  it('are all counted', async () => {
    const member = await test.join('parallel@example.org')
    await member.send('POST', '/me/totp', { password: goodPassword })
    const guess = () => member.send('POST', '/me/totp/confirm', { code: '000000' })
    await guess()
    const newest = 'select 1 from attempt order by last_at desc limit 1 for update'
    const answers = await test.sideBySide(newest, [guess, guess, guess, guess, guess, guess])
    const codes = answers.map((one) => (one.body as { code: string }).code)
    expect(codes.filter((code) => code === 'wrong_code')).toHaveLength(4)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(2)
  })
})

describe('removing two-step sign-in', () => {
  it('needs password and code, and tells the owner', async () => {
    const member = await test.join('removes@example.org')
    const { secret } = await test.addTotp(member)
    nextStep()
    const remove = (body: object) => member.send('POST', '/me/totp/remove', body)
    expect((await remove({ password: 'wrong one here', code: test.codeOf(secret) })).body).toMatchObject({
      code: 'wrong_credentials',
    })
    expect((await remove({ password: goodPassword, code: '000000' })).body).toMatchObject({ code: 'wrong_code' })
    expect((await remove({ password: goodPassword, code: test.codeOf(secret) })).body).toMatchObject({
      secondFactor: false,
    })
    expect((await signIn(member.email)).status).toBe(200)
    expect((await test.mails(member.email))[0]?.subject).toBe('Two-step sign-in is off')
  })

  it('is refused to staff while the policy asks for a second factor, and the refusal is recorded', async () => {
    const member = await test.join('staff@example.org')
    const { secret } = await test.addTotp(member)
    await test.as(operatorToken)('POST', '/operate/staff', { email: member.email, role: 'support' })
    nextStep()
    const answer = await member.send('POST', '/me/totp/remove', { password: goodPassword, code: test.codeOf(secret) })
    expect(answer).toMatchObject({ status: 403, body: { code: 'policy_refused' } })
    const { rows } = await test.database.pool.query(
      'select gate, decision, rule from evidence_leaf order by sequence desc limit 1',
    )
    expect(rows).toEqual([{ gate: 'staff-access', decision: 'refused', rule: 'staff-second-factor' }])
  })
})
