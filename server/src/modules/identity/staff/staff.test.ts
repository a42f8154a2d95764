import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  column,
  createTestIdentity,
  goodPassword,
  type Member,
  operatorToken,
  read,
  type TestIdentity,
  testPolicy,
} from '../test-identity.ts'

let test: TestIdentity
let operatorId: string
beforeAll(async () => {
  test = await createTestIdentity()
  const operator = { email: 'op@example.org', password: goodPassword }
  const made = await test.database.transaction((tx) => test.identity.api.firstRun(tx, operator))
  operatorId = made.personId
})
afterAll(() => test.close())

const machine = () => test.as(operatorToken)
const add = (email: string, role: string) => machine()('POST', '/operate/staff', { email, role })
const signIn = async (email: string, code?: string) =>
  test.as(
    read(await test.send('POST', '/auth/sign-in', { email, password: goodPassword, code, tokenWanted: true }), 'token'),
  )

describe('the first run', () => {
  it('makes an operator who can sign in, an organisation, a project and a key that works', async () => {
    const made = await test.again().identity.api.keyDirectory.find('avow_none')
    expect(made).toBeNull()
    const mine = await signIn('op@example.org')
    expect((await mine('GET', '/me')).body).toMatchObject({
      email: 'op@example.org',
      staffRole: 'operator',
      staffActive: false,
      organisations: [{ name: 'Operator', role: 'owner' }],
    })
    expect(await test.identity.api.hasStaff(test.database.direct)).toBe(true)
  })

  it('gives a key of the project it names', async () => {
    const other = await createTestIdentity()
    expect(await other.identity.api.hasStaff(other.database.direct)).toBe(false)
    const made = await other.database.transaction((tx) =>
      other.identity.api.firstRun(tx, { email: 'a@example.org', password: 'x' }),
    )
    const found = await other.identity.api.keyDirectory.find(made.apiKeySecret)
    expect(found).toMatchObject({ projectId: made.project.id, organisationId: made.organisation.id, state: 'active' })
    await other.close()
  })
})

describe('the machine’s own token', () => {
  it('acts as the operator, as staff and as owner of their organisation', async () => {
    const me = await machine()('GET', '/me')
    expect(me.body).toMatchObject({ id: operatorId, staffRole: 'operator', staffActive: true })
    const path = `/organisations/${read(me, 'organisations.0.id')}/projects`
    expect((await machine()('POST', path, { name: 'by machine' })).status).toBe(201)
    expect((await machine()('GET', '/operate/staff')).status).toBe(200)
  })

  it('opens nothing of other organisations', async () => {
    const tenant = await test.join('tenant@example.org')
    expect((await machine()('GET', `/organisations/${tenant.organisationId}`)).status).toBe(404)
    expect((await machine()('GET', `/projects/${tenant.projectId}/keys`)).status).toBe(404)
  })

  it('does not work as a cookie', async () => {
    const headers = { cookie: `avow_session=${operatorToken}` }
    expect((await test.send('GET', '/operate/staff', undefined, headers)).status).toBe(401)
  })
})

describe('staff', () => {
  it('can act only after a second factor in this session', async () => {
    const member = await test.join('officer@example.org')
    expect((await member.send('GET', '/operate/staff')).body).toMatchObject({ code: 'forbidden' })
    expect(await add(member.email, 'privacy-officer')).toMatchObject({
      status: 201,
      body: { role: 'privacy-officer', secondFactor: false },
    })
    expect((await member.send('GET', '/operate/staff')).body).toMatchObject({ code: 'second_factor_not_set_up' })
    const old = await signIn(member.email)
    const { secret } = await test.addTotp(member)
    expect((await member.send('GET', '/operate/staff')).status).toBe(200)
    expect(await old('GET', '/operate/staff')).toMatchObject({ status: 401, body: { code: 'second_factor_required' } })
    expect((await old('GET', '/me')).body).toMatchObject({ staffRole: 'privacy-officer', staffActive: false })
    test.clock.advance(30_000)
    const fresh = await signIn(member.email, test.codeOf(secret))
    expect((await fresh('GET', '/operate/staff')).status).toBe(200)
  })

  it('may act without one where the policy leaves it open', async () => {
    const member = await test.join('relaxed@example.org')
    await add(member.email, 'support')
    const relaxed = test.again({
      policy: { ...testPolicy, staffSecondFactor: 'optional' },
    })
    expect((await relaxed.as(member.token)('GET', '/operate/staff')).status).toBe(200)
    expect((await member.send('GET', '/operate/staff')).status).toBe(403)
  })

  it('are added and removed by operators only', async () => {
    const support: Member = await test.join('support@example.org')
    await add(support.email, 'support')
    await test.addTotp(support)
    expect((await support.send('GET', '/operate/staff')).status).toBe(200)
    expect((await support.send('POST', '/operate/staff', { email: 'op@example.org', role: 'support' })).status).toBe(
      403,
    )
    expect((await support.send('DELETE', `/operate/staff/${operatorId}`)).status).toBe(403)
    expect((await machine()('DELETE', `/operate/staff/${support.personId}`)).status).toBe(204)
    expect((await support.send('GET', '/operate/staff')).body).toMatchObject({ code: 'forbidden' })
    expect(column(await machine()('GET', '/operate/staff'), 'personId')).not.toContain(support.personId)
  })

  it('is what one must be, says the refusal, and in which role', async () => {
    const owner = await test.join('owner@example.org')
    const refused = await owner.send('POST', '/operate/staff', { email: owner.email, role: 'operator' })
    expect(refused.body).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('operator’s staff, in the role “operator”'),
    })
    expect(read(refused, 'detail')).not.toContain('owner or admin')
  })

  it('are people with an account, in one role', async () => {
    expect((await add('nobody@example.org', 'support')).body).toMatchObject({ code: 'not_found' })
    expect((await add('op@example.org', 'support')).body).toMatchObject({ code: 'already_exists' })
  })

  it('always include an operator, also when two are removed at the same moment', async () => {
    expect(await machine()('DELETE', `/operate/staff/${operatorId}`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    const second = await test.join('second@example.org')
    await add(second.email, 'operator')
    const removals = [operatorId, second.personId].map((id) => () => machine()('DELETE', `/operate/staff/${id}`))
    const answers = await test.sideBySide('select 1 from staff_member for update', removals)
    expect(answers.map((one) => one.status).sort()).toEqual([204, 409])
  })
})
