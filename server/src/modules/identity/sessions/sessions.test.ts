import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  column,
  createTestIdentity,
  goodPassword,
  read,
  sessionsFor,
  type TestIdentity,
  testPolicy,
} from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
})
afterAll(() => test.close())

const day = 86_400_000
const signIn = async (email: string): Promise<string> =>
  read(
    await test.send(
      'POST',
      '/auth/sign-in',
      { email, password: goodPassword, tokenWanted: true },
      { 'user-agent': 'lab/1' },
    ),
    'token',
  )

describe('sessions', () => {
  it('are listed with where they come from, and which is this one', async () => {
    const member = await test.join('lists@example.org')
    const other = await signIn(member.email)
    const listed = await test.as(other)('GET', '/me/sessions')
    expect(column(listed, 'current')).toEqual([true, false])
    expect(listed.body).toMatchObject({ items: [{ ipAddress: '127.0.0.1', userAgent: 'lab/1' }, {}], nextCursor: null })
  })

  it('come in pages', async () => {
    const member = await test.join('pages@example.org')
    for (let i = 0; i < 4; i++) await signIn(member.email)
    const first = await member.send('GET', '/me/sessions?limit=3')
    const second = await member.send('GET', `/me/sessions?limit=3&cursor=${read(first, 'nextCursor')}`)
    const ids = [...column(first, 'id'), ...column(second, 'id')]
    expect(ids).toHaveLength(5)
    expect(new Set(ids).size).toBe(5)
    expect((await member.send('GET', '/me/sessions?cursor=made-up')).body).toMatchObject({ code: 'invalid_request' })
  })

  it('end at once, one by one or all others', async () => {
    const member = await test.join('ends@example.org')
    const [one, two] = [await signIn(member.email), await signIn(member.email)]
    const id = column(await test.as(one)('GET', '/me/sessions'), 'id')[1]
    expect((await member.send('DELETE', `/me/sessions/${id}`)).status).toBe(204)
    expect((await test.as(one)('GET', '/me')).status).toBe(401)
    expect((await member.send('POST', '/me/sessions/end-others')).body).toEqual({ ended: 1 })
    expect((await test.as(two)('GET', '/me')).status).toBe(401)
    expect((await member.send('GET', '/me')).status).toBe(200)
  })

  it('of somebody else are not found', async () => {
    const [mine, theirs] = [await test.join('mine@example.org'), await test.join('theirs@example.org')]
    const id = column(await theirs.send('GET', '/me/sessions'), 'id')[0]
    expect((await mine.send('DELETE', `/me/sessions/${id}`)).status).toBe(404)
    expect((await theirs.send('GET', '/me')).status).toBe(200)
  })

  it('end with sign-out, which takes the cookie away', async () => {
    const member = await test.join('leaves@example.org')
    const answer = await member.send('POST', '/auth/sign-out')
    expect(answer).toMatchObject({ status: 204, headers: { 'set-cookie': expect.stringContaining('Max-Age=0') } })
    expect((await member.send('GET', '/me')).status).toBe(401)
  })

  it('end when the policy’s period since their last use is over, and after thirty days in any case', async () => {
    const idle = await test.join('idle@example.org')
    const busy = await test.join('busy@example.org')
    for (let week = 0; week < 4; week++) {
      test.clock.advance(6 * day)
      expect((await busy.send('GET', '/me')).status).toBe(200)
      await test.identity.flush()
    }
    expect((await idle.send('GET', '/me')).status).toBe(401)
    test.clock.advance(6 * day)
    expect((await busy.send('GET', '/me')).status).toBe(401)
  })

  it('end when the policy’s period since their beginning is over, however much they are used', async () => {
    const brief = test.again({ policy: { ...testPolicy, ...sessionsFor('P2D', 'creation') } })
    const member = await test.join('brief@example.org')
    const signedIn = { email: member.email, password: goodPassword, tokenWanted: true }
    const answer = await brief.send('POST', '/auth/sign-in', signedIn)
    const send = brief.as(read(answer, 'token'))
    expect(Date.parse(read(answer, 'expiresAt')) - test.clock.nowMs()).toBe(2 * day)
    for (let hours = 0; hours < 40; hours += 20) {
      test.clock.advance((day * 20) / 24)
      expect((await send('GET', '/me')).status).toBe(200)
      await brief.identity.flush()
    }
    test.clock.advance((day * 20) / 24)
    expect((await send('GET', '/me')).status).toBe(401)
  })

  it('that began under a more generous policy end by the one in force', async () => {
    const member = await test.join('earlier@example.org')
    test.clock.advance(2 * day)
    const strict = test.again({ policy: { ...testPolicy, ...sessionsFor('P1D', 'last-activity') } })
    expect((await strict.as(member.token)('GET', '/me')).status).toBe(401)
    expect((await member.send('GET', '/me')).status).toBe(200)
  })

  it('say when they end if they are not used again, and at the latest', async () => {
    const member = await test.join('tells@example.org')
    const end = async () => Date.parse(String(column(await member.send('GET', '/me/sessions'), 'expiresAt')[0]))
    const begun = Date.parse(String(column(await member.send('GET', '/me/sessions'), 'createdAt')[0]))
    expect(await end()).toBe(begun + 7 * day)
    for (let days = 0; days < 28; days += 4) {
      test.clock.advance(4 * day)
      await member.send('GET', '/me')
      await test.identity.flush()
    }
    expect(await end()).toBe(begun + 30 * day)
  })

  it('keep their cookie as long as themselves, in a browser that comes back', async () => {
    const { email } = await test.join('browser@example.org')
    const signedIn = await test.send('POST', '/auth/sign-in', { email, password: goodPassword, tokenWanted: false })
    const cookieOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers['set-cookie'])
    expect(cookieOf(signedIn)).toContain(`; Max-Age=${(7 * day) / 1000}`)
    const cookie = cookieOf(signedIn).split(';')[0] ?? ''
    test.clock.advance(6 * day)
    const renewed = cookieOf(await test.send('GET', '/me', undefined, { cookie }))
    expect(renewed).toContain(`${cookie}; Path=/`)
    expect(renewed).toContain(`; Max-Age=${(7 * day) / 1000}`)
    const token = cookie.slice('avow_session='.length)
    expect((await test.as(token)('GET', '/me')).headers['set-cookie']).toBeUndefined()
  })

  it('show their last use after it was written', async () => {
    const member = await test.join('seen@example.org')
    test.clock.advance(5 * 60_000)
    await member.send('GET', '/me')
    const usedAt = test.clock.now().toISOString()
    await test.identity.flush()
    expect(column(await member.send('GET', '/me/sessions'), 'lastSeenAt')).toEqual([usedAt])
  })
})

describe('a request', () => {
  it('with an Authorization header never falls back on the cookie', async () => {
    const member = await test.join('both@example.org')
    const headers = { cookie: `avow_session=${member.token}`, authorization: 'Bearer wrong' }
    expect((await test.send('GET', '/me', undefined, headers)).status).toBe(401)
  })

  it('with a cookie from a page of another site changes nothing', async () => {
    const member = await test.join('forged@example.org')
    const headers = { cookie: `avow_session=${member.token}`, origin: 'https://evil.example' }
    expect((await test.send('PATCH', '/me', { name: 'Mallory' }, headers)).status).toBe(403)
    expect((await member.send('GET', '/me')).body).toMatchObject({ name: 'Person forged@example.org' })
  })

  it('corrects one’s own name', async () => {
    const member = await test.join('renames@example.org')
    expect((await member.send('PATCH', '/me', { name: 'New Name' })).body).toMatchObject({ name: 'New Name' })
  })
})
