import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { column, createTestIdentity, type Member, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
let owner: Member
let count = 0
beforeAll(async () => {
  test = await createTestIdentity()
})
beforeEach(async () => {
  owner = await test.join(`owner-${++count}@example.org`)
})
afterAll(() => test.close())

const invite = (by: Member, email: string, role: string) =>
  by.send('POST', `/organisations/${by.organisationId}/invitations`, { email, role })

/** Someone who joined the owner's organisation with a role. */
const joinAs = async (role: string): Promise<Member> => {
  const person = await test.join(`${role}-${++count}@example.org`)
  await invite(owner, person.email, role)
  await person.send('POST', '/invitations/accept', { token: await test.mailedToken(person.email) })
  return { ...person, organisationId: owner.organisationId, projectId: owner.projectId }
}
const memberPath = (person: Member) => `/organisations/${owner.organisationId}/members/${person.personId}`
const setRole = (by: Member, person: Member, role: string) => by.send('PATCH', memberPath(person), { role })
const remove = (by: Member, person: Member) => by.send('DELETE', memberPath(person))

describe('organisations', () => {
  it('are made with their maker as owner and a project', async () => {
    const made = await owner.send('POST', '/organisations', { name: 'Acme', billingCountry: 'CH' })
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Acme', billingCountry: 'CH', role: 'owner', project: { name: 'default' } },
    })
    expect(column(await owner.send('GET', '/organisations'), 'name')).toContain('Acme')
  })

  it('are made once for one Idempotency-Key', async () => {
    const make = () => owner.send('POST', '/organisations', { name: 'Once' }, { 'idempotency-key': `k-${count}` })
    expect(read(await make(), 'id')).toBe(read(await make(), 'id'))
    expect(column(await owner.send('GET', '/organisations'), 'name').filter((name) => name === 'Once')).toHaveLength(1)
  })

  it('are renamed by owner and admin, not by others', async () => {
    const path = `/organisations/${owner.organisationId}`
    const admin = await joinAs('admin')
    expect((await admin.send('PATCH', path, { name: 'By admin' })).body).toMatchObject({
      name: 'By admin',
      role: 'admin',
    })
    for (const role of ['member', 'billing', 'viewer']) {
      expect((await (await joinAs(role)).send('PATCH', path, { name: 'No' })).status).toBe(403)
    }
    expect((await owner.send('PATCH', path, { billingCountry: 'DE' })).body).toMatchObject({
      name: 'By admin',
      billingCountry: 'DE',
    })
  })

  it('are not found by strangers, whatever they try', async () => {
    const stranger = await test.join(`stranger-${++count}@example.org`)
    const path = `/organisations/${owner.organisationId}`
    const answers = [
      await stranger.send('GET', path),
      await stranger.send('PATCH', path, { name: 'Mine' }),
      await stranger.send('GET', `${path}/members`),
      await setRole(stranger, owner, 'viewer'),
      await remove(stranger, owner),
      await stranger.send('GET', `${path}/invitations`),
      await stranger.send('POST', `${path}/invitations`, { email: 'a@example.org' }),
      await stranger.send('GET', `${path}/projects`),
      await stranger.send('POST', `${path}/projects`, { name: 'Mine' }),
      await stranger.send('GET', `/projects/${owner.projectId}`),
      await stranger.send('PATCH', `/projects/${owner.projectId}`, { name: 'Mine' }),
    ]
    expect(answers.map((one) => one.status)).toEqual(answers.map(() => 404))
  })
})

describe('members', () => {
  it('are listed with their roles', async () => {
    await joinAs('viewer')
    const listed = await owner.send('GET', `/organisations/${owner.organisationId}/members`)
    expect(column(listed, 'role')).toEqual(['owner', 'viewer'])
  })

  it('get and lose ownership only by an owner', async () => {
    const [admin, member] = [await joinAs('admin'), await joinAs('member')]
    expect((await setRole(admin, member, 'owner')).body).toMatchObject({ code: 'forbidden' })
    expect((await setRole(admin, owner, 'member')).body).toMatchObject({ code: 'forbidden' })
    expect((await remove(admin, owner)).body).toMatchObject({ code: 'forbidden' })
    expect((await setRole(admin, member, 'viewer')).body).toMatchObject({ role: 'viewer' })
    expect((await setRole(owner, member, 'owner')).body).toMatchObject({ role: 'owner' })
  })

  it('may leave by themselves, and remove nobody else without the role', async () => {
    const [one, two] = [await joinAs('member'), await joinAs('viewer')]
    expect((await remove(one, two)).status).toBe(403)
    expect((await remove(one, one)).status).toBe(204)
  })

  it('lose access with the next request after their removal', async () => {
    const member = await joinAs('member')
    expect((await member.send('GET', `/projects/${owner.projectId}`)).status).toBe(200)
    expect((await remove(owner, member)).status).toBe(204)
    expect((await member.send('GET', `/projects/${owner.projectId}`)).status).toBe(404)
  })

  it('always include an owner: the last one can neither leave nor step down', async () => {
    expect(await remove(owner, owner)).toMatchObject({ status: 409, body: { code: 'last_owner' } })
    expect(await setRole(owner, owner, 'admin')).toMatchObject({ status: 409, body: { code: 'last_owner' } })
  })

  it('keep an owner when two owners leave, step down or remove each other at the same moment', async () => {
    for (const act of [
      (one: Member) => remove(one, one),
      (one: Member) => setRole(one, one, 'viewer'),
      (one: Member, other: Member) => remove(one, other),
    ]) {
      const second = await joinAs('owner')
      const rows = `select 1 from membership where organisation_id = '${owner.organisationId}' for update`
      const answers = await test.sideBySide(rows, [() => act(owner, second), () => act(second, owner)])
      expect(answers.filter((answer) => answer.status < 300)).toHaveLength(1)
      const left = await test.database.pool.query(
        "select person_id from membership where organisation_id = $1 and role = 'owner'",
        [owner.organisationId],
      )
      expect(left.rows).toHaveLength(1)
      owner = left.rows[0].person_id === owner.personId ? owner : second
    }
  })
})

describe('invitations', () => {
  it('bring the invited address in with its role', async () => {
    const guest = await test.join(`guest-${++count}@example.org`)
    const invited = await invite(owner, guest.email.toUpperCase(), 'billing')
    expect(invited).toMatchObject({ status: 201, body: { email: guest.email, state: 'pending' } })
    const accepted = await guest.send('POST', '/invitations/accept', { token: await test.mailedToken(guest.email) })
    expect(accepted).toMatchObject({ status: 200, body: { id: owner.organisationId, role: 'billing' } })
    const listed = await owner.send('GET', `/organisations/${owner.organisationId}/invitations`)
    expect(column(listed, 'state')).toEqual(['accepted'])
  })

  it('work once, also when accepted twice at the same moment', async () => {
    const guest = await test.join(`guest-${++count}@example.org`)
    await invite(owner, guest.email, 'member')
    const token = await test.mailedToken(guest.email)
    const accept = () => guest.send('POST', '/invitations/accept', { token })
    const rows = `select 1 from invitation where email_index = '${test.emailIndex(guest.email)}' for update`
    const answers = await test.sideBySide(rows, [accept, accept])
    expect(answers.map((one) => one.status).sort()).toEqual([200, 400])
  })

  it('are for the invited address only', async () => {
    const [guest, thief] = [
      await test.join(`guest-${++count}@example.org`),
      await test.join(`thief-${++count}@example.org`),
    ]
    await invite(owner, guest.email, 'admin')
    const token = await test.mailedToken(guest.email)
    expect((await thief.send('POST', '/invitations/accept', { token })).body).toMatchObject({ code: 'forbidden' })
    expect((await guest.send('POST', '/invitations/accept', { token })).status).toBe(200)
  })

  it('end after seven days, and when revoked', async () => {
    const guest = await test.join(`guest-${++count}@example.org`)
    const id = read(await invite(owner, guest.email, 'member'), 'id')
    const path = `/organisations/${owner.organisationId}/invitations`
    expect((await owner.send('DELETE', `${path}/${id}`)).status).toBe(204)
    expect((await owner.send('DELETE', `${path}/${id}`)).body).toMatchObject({ code: 'conflict' })
    const accept = async () => guest.send('POST', '/invitations/accept', { token: await test.mailedToken(guest.email) })
    expect((await accept()).body).toMatchObject({ code: 'token_invalid' })
    await invite(owner, guest.email, 'member')
    test.clock.advance(7 * 86_400_000 - 1000)
    await owner.send('GET', '/me')
    test.clock.advance(1000)
    const again = await test.send('POST', '/auth/sign-in', {
      email: guest.email,
      password: 'four unrelated words here',
      tokenWanted: true,
    })
    const late = await test.as(read(again, 'token'))('POST', '/invitations/accept', {
      token: await test.mailedToken(guest.email),
    })
    expect(late.body).toMatchObject({ code: 'token_invalid' })
  })

  it('are refused for members, for an open one, and for owners by an admin', async () => {
    const admin = await joinAs('admin')
    expect((await invite(owner, admin.email, 'member')).body).toMatchObject({ code: 'already_exists' })
    expect((await invite(admin, 'x@example.org', 'owner')).body).toMatchObject({ code: 'forbidden' })
    expect((await invite(admin, 'x@example.org', 'viewer')).status).toBe(201)
    expect((await invite(admin, 'x@example.org', 'viewer')).body).toMatchObject({ code: 'already_exists' })
  })
})

describe('projects', () => {
  it('are made and renamed by owner and admin under names of their own', async () => {
    const path = `/organisations/${owner.organisationId}/projects`
    const made = await owner.send('POST', path, { name: 'Research' })
    expect(made).toMatchObject({ status: 201, body: { name: 'Research' } })
    expect((await owner.send('POST', path, { name: 'research' })).body).toMatchObject({ code: 'already_exists' })
    const one = `/projects/${read(made, 'id')}`
    expect((await owner.send('PATCH', one, { name: 'default' })).body).toMatchObject({ code: 'already_exists' })
    expect((await owner.send('PATCH', one, { name: 'Lab' })).body).toMatchObject({ name: 'Lab' })
    expect((await (await joinAs('member')).send('PATCH', one, { name: 'No' })).status).toBe(403)
    expect(column(await owner.send('GET', path), 'name')).toEqual(['default', 'Lab'])
  })
})
