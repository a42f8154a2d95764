import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { column, createTestIdentity, goodPassword, read, type TestIdentity } from '../test-identity.ts'

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

  it('end after seven days without use, and after thirty in any case', async () => {
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
