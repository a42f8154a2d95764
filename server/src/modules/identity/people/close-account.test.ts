import { parseDuration } from '@avow/policy'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createTestIdentity,
  goodPassword,
  operatorToken,
  read,
  type TestIdentity,
  testPolicy,
} from '../test-identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
  await test.database.transaction((tx) =>
    test.identity.api.firstRun(tx, { email: 'op@example.org', password: goodPassword }),
  )
})
afterAll(() => test.close())
beforeEach(() => test.clock.advance(3_600_000))

const day = 86_400_000
const password = goodPassword
const reopen = (email: string, more: object = {}) => test.send('POST', '/auth/reopen', { email, password, ...more })
const signIn = async (email: string) => test.send('POST', '/auth/sign-in', { email, password, tokenWanted: true })

describe('a closed account', () => {
  it('is locked with its keys and organisations, and opens again with them for a while, but for the keys', async () => {
    const who = await test.join('closes@example.org')
    const key = await who.send('POST', `/projects/${who.projectId}/keys`, { name: 'laptop' })
    expect((await who.send('POST', '/me/close', { password: 'wrong' })).status).toBe(401)
    const closed = await who.send('POST', '/me/close', { password })
    expect(closed).toMatchObject({ status: 200, body: { reopenUntil: expect.any(String), keptFor: 'forever' } })
    expect((await who.send('GET', '/me')).status).toBe(401)
    expect((await signIn(who.email)).body).toMatchObject({ code: 'wrong_credentials' })
    expect((await test.identity.api.keyDirectory.find(read(key, 'secret')))?.state).toBe('revoked')
    expect((await test.mails(who.email))[0]).toMatchObject({ subject: 'Your account was closed' })
    expect((await reopen(who.email, { password: 'wrong' })).body).toMatchObject({ code: 'wrong_credentials' })
    test.clock.advance(13 * day)
    expect((await reopen(who.email)).status).toBe(200)
    const again = test.as(read(await signIn(who.email), 'token'))
    expect((await again('GET', `/organisations/${who.organisationId}`)).status).toBe(200)
    expect((await test.identity.api.keyDirectory.find(read(key, 'secret')))?.state).toBe('revoked')
  })

  it('opens no later than the policy says, and not where the address has a new one', async () => {
    const [late, moved] = [await test.join('late@example.org'), await test.join('moved-on@example.org')]
    await late.send('POST', '/me/close', { password })
    await moved.send('POST', '/me/close', { password })
    const next = await test.join('moved-on@example.org')
    expect((await reopen('moved-on@example.org')).body).toMatchObject({ code: 'conflict' })
    expect((await next.send('GET', '/me')).body).toMatchObject({ id: next.personId })
    test.clock.advance(14 * day)
    expect((await reopen(late.email)).body).toMatchObject({ code: 'wrong_credentials' })
  })

  it('asks for a code where there is one, and tells strangers nothing', async () => {
    const who = await test.join('two-step@example.org')
    const { secret } = await test.addTotp(who)
    test.clock.advance(60_000)
    expect((await who.send('POST', '/me/close', { password })).body).toMatchObject({ code: 'second_factor_required' })
    await who.send('POST', '/me/close', { password, code: test.codeOf(secret) })
    test.clock.advance(60_000)
    expect((await reopen(who.email)).body).toMatchObject({ code: 'second_factor_required' })
    expect((await reopen('never-here@example.org')).body).toMatchObject({ code: 'wrong_credentials' })
    expect((await reopen(who.email, { code: test.codeOf(secret) })).status).toBe(200)
  })

  it('whose erasure has begun is not opened again', async () => {
    const who = await test.join('erased@example.org')
    const { accounts } = test.identity.api
    await test.database.transaction((tx) => accounts.close(tx, who.personId))
    expect((await reopen(who.email)).body).toMatchObject({ code: 'wrong_credentials' })
  })

  it('leaves an organisation that others are in only by a decision, and is no owner for others', async () => {
    const [owner, other] = [await test.join('first-owner@example.org'), await test.join('second-owner@example.org')]
    await owner.send('POST', `/organisations/${owner.organisationId}/invitations`, {
      email: other.email,
      role: 'owner',
    })
    await other.send('POST', '/invitations/accept', { token: await test.mailedToken(other.email) })
    expect((await other.send('POST', '/me/close', { password })).status).toBe(200)
    const members = await owner.send('GET', `/organisations/${owner.organisationId}/members`)
    expect(members.body).toMatchObject({ items: [{ email: owner.email }] })
    const third = await test.join('third@example.org')
    await owner.send('POST', `/organisations/${owner.organisationId}/invitations`, {
      email: third.email,
      role: 'member',
    })
    await third.send('POST', '/invitations/accept', { token: await test.mailedToken(third.email) })
    expect((await owner.send('POST', '/me/close', { password })).body).toMatchObject({ code: 'conflict' })
    const closeOrganisations = [owner.organisationId]
    expect((await owner.send('POST', '/me/close', { password, closeOrganisations })).status).toBe(200)
    expect((await third.send('GET', `/organisations/${owner.organisationId}`)).status).toBe(404)
  })

  it('is not the last operator’s', async () => {
    expect(await test.as(operatorToken)('POST', '/me/close', { password })).toMatchObject({ status: 409 })
  })
})

describe('a closed organisation', () => {
  it('is closed by an owner alone, is gone for all members, and opens again for who closed it', async () => {
    const [owner, member] = [await test.join('org-owner@example.org'), await test.join('org-member@example.org')]
    const path = `/organisations/${owner.organisationId}`
    await owner.send('POST', `${path}/invitations`, { email: member.email, role: 'admin' })
    await member.send('POST', '/invitations/accept', { token: await test.mailedToken(member.email) })
    expect((await member.send('POST', `${path}/close`, { password })).status).toBe(403)
    const key = await owner.send('POST', `/projects/${owner.projectId}/keys`, { name: 'laptop' })
    expect((await owner.send('POST', `${path}/close`, { password })).status).toBe(200)
    expect((await member.send('GET', path)).status).toBe(404)
    expect((await test.identity.api.keyDirectory.find(read(key, 'secret')))?.state).toBe('revoked')
    const again = `/me/closed-organisations/${owner.organisationId}/reopen`
    expect((await member.send('POST', again, {})).status).toBe(404)
    expect((await owner.send('POST', again, {})).status).toBe(200)
    expect((await member.send('GET', path)).status).toBe(200)
    expect((await owner.send('POST', again, {})).status).toBe(404)
  })

  it('is listed for who closed it, with how long it can be opened again, and for officers by its id alone', async () => {
    const [owner, member] = [await test.join('list-owner@example.org'), await test.join('list-member@example.org')]
    const path = `/organisations/${owner.organisationId}`
    await owner.send('PATCH', path, { name: 'Listed when closed' })
    await owner.send('POST', `${path}/invitations`, { email: member.email, role: 'owner' })
    await member.send('POST', '/invitations/accept', { token: await test.mailedToken(member.email) })
    expect((await owner.send('GET', '/me/closed-organisations')).body).toMatchObject({ items: [] })
    const { body: closure } = await owner.send('POST', `${path}/close`, { password })
    const { reopenUntil, closedAt } = closure as Record<string, string>
    const listed = { id: owner.organisationId, closedAt, reopenUntil, canReopen: true, goesAt: null }
    expect((await owner.send('GET', '/me/closed-organisations')).body).toMatchObject({
      items: [{ ...listed, name: 'Listed when closed' }],
      nextCursor: null,
    })
    expect((await member.send('GET', '/me/closed-organisations')).body).toMatchObject({ items: [] })
    expect((await owner.send('GET', '/privacy/closed-organisations')).status).toBe(403)
    const all = await test.as(operatorToken)('GET', '/privacy/closed-organisations?limit=1')
    expect(all.body).toMatchObject({ items: [{ ...listed, closedBy: owner.personId }] })
    expect(JSON.stringify(all.body)).not.toContain('Listed')
    await test.database.pool.query("update organisation set closed_at = closed_at - interval '15 days' where id = $1", [
      owner.organisationId,
    ])
    expect((await owner.send('GET', '/me/closed-organisations')).body).toMatchObject({ items: [{ canReopen: false }] })
  })
})

describe('an idle account', () => {
  const duration = (text: string) => parseDuration(text) ?? expect.fail(text)
  const idle = { after: duration('P18M'), warning: duration('P30D') }

  it('is told first, and closed when it is not used after that; one that is used stays', async () => {
    const server = test.again({ policy: { ...testPolicy, accounts: { ...testPolicy.accounts, idle } } })
    const { closeIdle } = server.identity.api.accounts
    const [sleeps, wakes] = [await test.join('sleeps@example.org'), await test.join('wakes@example.org')]
    test.clock.advance(530 * day)
    await closeIdle()
    expect((await test.mails(sleeps.email))[0]).toMatchObject({ subject: 'Nobody has used your account for long' })
    await signIn(wakes.email)
    test.clock.advance(29 * day)
    await closeIdle()
    expect((await sleeps.send('GET', '/me')).status).toBe(401)
    const { rows } = await test.database.pool.query('select closed_at from person where id = $1', [sleeps.personId])
    expect(rows).toEqual([{ closed_at: null }])
    test.clock.advance(2 * day)
    await closeIdle()
    expect((await signIn(sleeps.email)).body).toMatchObject({ code: 'wrong_credentials' })
    expect((await signIn(wakes.email)).status).toBe(200)
  })
})
