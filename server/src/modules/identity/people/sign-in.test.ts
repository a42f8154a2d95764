import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPasswordGate, type PasswordGate } from '../../../platform/gates/index.ts'
import { createTestIdentity, goodPassword, read, type Send, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
})
afterAll(() => test.close())

const signIn = (email: string, more: object = {}) =>
  test.send('POST', '/auth/sign-in', { email, password: goodPassword, ...more })
const eventsOf = async (personId: string): Promise<string[]> => {
  const { rows } = await test.database.pool.query<{ kind: string }>(
    'select kind from security_event where person_id = $1 order by at, id',
    [personId],
  )
  return rows.map((row) => row.kind)
}

describe('sign-in', () => {
  it('sets a cookie that scripts cannot read, and gives no token unless asked', async () => {
    await test.join('cookie@example.org')
    const answer = await signIn('cookie@example.org')
    expect(answer.body).toMatchObject({ token: null })
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(/^avow_session=avs_\w{43}; Path=\/; HttpOnly; SameSite=Lax/)
    const me = await test.send('GET', '/me', undefined, { cookie: cookie.split(';')[0] ?? '' })
    expect(me).toMatchObject({ status: 200, body: { email: 'cookie@example.org' } })
  })

  it('gives a bearer token and no cookie when a token is wanted, and stores its hash only', async () => {
    await test.join('token@example.org')
    const answer = await signIn('token@example.org', { tokenWanted: true })
    expect(answer.headers['set-cookie']).toBeUndefined()
    const token = read(answer, 'token')
    expect((await test.as(token)('GET', '/me')).status).toBe(200)
    const { rows } = await test.database.pool.query('select * from session')
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('answers alike for a wrong password and for an address without an account', async () => {
    await test.join('real@example.org')
    const wrong = await signIn('real@example.org', { password: 'something else entirely' })
    const unknown = await signIn('unreal@example.org', { password: 'something else entirely' })
    const { requestId: a, ...first } = wrong.body as Record<string, unknown>
    const { requestId: b, ...second } = unknown.body as Record<string, unknown>
    expect(wrong.status).toBe(401)
    expect([unknown.status, second]).toEqual([401, first])
    expect([first.code, typeof a, typeof b]).toEqual(['wrong_credentials', 'string', 'string'])
  })

  it('says that the address is not verified only to who knows the password', async () => {
    const body = { email: 'fresh@example.org', password: goodPassword, name: 'Fresh', birthDate: '1990-01-31' }
    await test.send('POST', '/auth/sign-up', body)
    expect(await signIn('fresh@example.org')).toMatchObject({ status: 403, body: { code: 'email_not_verified' } })
    expect((await signIn('fresh@example.org', { password: 'something else entirely' })).status).toBe(401)
  })

  it('writes sign-ins and refusals to the security log, although a refused request is undone', async () => {
    const { personId } = await test.join('logged@example.org')
    await signIn('logged@example.org', { password: 'something else entirely' })
    expect(await eventsOf(personId)).toEqual(['signed-up', 'signed-in', 'sign-in-refused'])
  })

  it('hashes the password anew when the policy asks for more', async () => {
    const { personId } = await test.join('rehash@example.org')
    const stronger = { algorithm: 'bcrypt', cost: 5 } as const
    const later = test.again({ passwordGate: createPasswordGate(stronger) })
    const again = () => later.send('POST', '/auth/sign-in', { email: 'rehash@example.org', password: goodPassword })
    const answers = await Promise.all([again(), again(), again()])
    expect(answers.map((one) => one.status)).toEqual([200, 200, 200])
    const { rows } = await test.database.pool.query('select password_hash from person where id = $1', [personId])
    expect(rows[0].password_hash).toMatch(/^\$2[aby]\$05\$/)
    expect((await signIn('rehash@example.org')).status).toBe(200)
  })
})

describe('a password that is changed while someone signs in with the old one', () => {
  it('opens no session', async () => {
    const { personId } = await test.join('changing@example.org')
    const newHash = await createPasswordGate({ algorithm: 'bcrypt', cost: 4 }).hash('another set of plain words')
    const row = `select 1 from person where id = '${personId}' for update`
    const change = `update person set password_hash = '${newHash}' where id = '${personId}'`
    const [answer] = await test.sideBySide(row, [() => signIn('changing@example.org')], change)
    expect(answer).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
  })
})

describe('the work of an answer', () => {
  /** What a real password gate was asked to do. */
  const watch = async (act: (send: Send) => Promise<unknown>) => {
    const gate = createPasswordGate({ algorithm: 'bcrypt', cost: 4 })
    const done = { hashed: 0, verified: 0 }
    const passwordGate: PasswordGate = {
      ...gate,
      hash: (plain) => {
        done.hashed++
        return gate.hash(plain)
      },
      verify: (stored, plain) => {
        if (stored.startsWith('$2')) done.verified++
        return gate.verify(stored, plain)
      },
    }
    const server = test.again({ passwordGate })
    // A running server has hashed the password that nobody has before the first request.
    await server.send('POST', '/auth/sign-in', { email: 'warm@example.org', password: 'something else entirely' })
    done.hashed = 0
    done.verified = 0
    await act(server.send)
    return done
  }

  it('hashes as often for an address with an account as for one without', async () => {
    await test.join('watched@example.org')
    const applicant = { password: goodPassword, name: 'Someone', birthDate: '1990-01-31' }
    const acts = ['watched@example.org', 'unwatched@example.org'].map((email) => ({
      signIn: (send: Send) => send('POST', '/auth/sign-in', { email, password: 'something else entirely' }),
      signUp: (send: Send) => send('POST', '/auth/sign-up', { ...applicant, email }),
    }))
    const [known, unknown] = [acts[0]!, acts[1]!]
    expect(await watch(known.signIn)).toEqual({ hashed: 0, verified: 1 })
    expect(await watch(unknown.signIn)).toEqual({ hashed: 0, verified: 1 })
    expect(await watch(known.signUp)).toEqual({ hashed: 1, verified: 0 })
    expect(await watch(unknown.signUp)).toEqual({ hashed: 1, verified: 0 })
  })
})

describe('guessing passwords', () => {
  it('waits longer and longer after five wrong passwords, for the right one too, and after a restart', async () => {
    const { personId } = await test.join('guessed@example.org')
    const guess = () => signIn('guessed@example.org', { password: 'something else entirely' })
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(401)
    const refused = await signIn('guessed@example.org')
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' }, headers: { 'retry-after': '30' } })
    const restarted = await test
      .again()
      .send('POST', '/auth/sign-in', { email: 'guessed@example.org', password: goodPassword })
    expect(restarted.status).toBe(429)
    test.clock.advance(30_000)
    expect((await guess()).status).toBe(401)
    expect((await guess()).headers['retry-after']).toBe('60')
    test.clock.advance(60_000)
    expect((await signIn('guessed@example.org')).status).toBe(200)
    expect(await eventsOf(personId)).toContain('locked-out')
  })

  it('counts guesses that come at the same moment', async () => {
    await test.join('raced@example.org')
    const guesses = Array.from({ length: 12 }, () =>
      signIn('raced@example.org', { password: 'something else entirely' }),
    )
    const answers = (await Promise.all(guesses)).map((one) => one.status)
    expect(answers.filter((status) => status === 401)).toHaveLength(5)
    expect(answers.filter((status) => status === 429)).toHaveLength(7)
  })

  it('limits guessing alike where there is no account', async () => {
    const answers: number[] = []
    for (let i = 0; i < 6; i++)
      answers.push((await signIn('no-such@example.org', { password: 'something else entirely' })).status)
    expect(answers).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('does not lock the owner out who signs in from another address', async () => {
    await test.join('elsewhere@example.org')
    for (let i = 0; i < 6; i++) await signIn('elsewhere@example.org', { password: 'something else entirely' })
    expect((await signIn('elsewhere@example.org')).status).toBe(429)
    const fromElsewhere = await test.from('198.51.100.7')('POST', '/auth/sign-in', {
      email: 'elsewhere@example.org',
      password: goodPassword,
    })
    expect(fromElsewhere.status).toBe(200)
  })
})
