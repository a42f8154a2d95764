import { type Endpoint, type OrganisationRole, organisationRoles } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIdentity, identityEndpoints, type Member, type Send, type TestIdentity } from './test-identity.ts'

let test: TestIdentity
let owner: Member
let stranger: Member
const members = new Map<OrganisationRole, Send>()
beforeAll(async () => {
  test = await createTestIdentity()
  owner = await test.join('owner@example.org')
  stranger = await test.join('stranger@example.org')
  members.set('owner', owner.send)
  for (const role of organisationRoles.filter((one) => one !== 'owner')) {
    const person = await test.join(`${role}@example.org`)
    await owner.send('POST', `/organisations/${owner.organisationId}/invitations`, { email: person.email, role })
    await person.send('POST', '/invitations/accept', { token: await test.mailedToken(person.email) })
    members.set(role, person.send)
  }
})
afterAll(() => test.close())

/** The endpoint's path in the owner's organisation, with ids of nothing. */
const pathOf = (endpoint: Endpoint): string =>
  endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'organisationId') return owner.organisationId
    return name === 'projectId' ? owner.projectId : 'none'
  })

/** Sends a body that no endpoint takes: whoever gets past the access check hears of the body, and nothing changes. */
const knock = (send: Send, endpoint: Endpoint) =>
  send(endpoint.method, pathOf(endpoint), endpoint.body === undefined ? undefined : { noSuchField: true })

const codeOf = (body: unknown): unknown => (body as { code?: unknown } | null)?.code
const accessRefusals = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required']

describe('who may call what, as the contract says', () => {
  const closed = identityEndpoints.filter((one) => one.access.kind !== 'public')
  it.each(closed.map((one) => [one.id, one] as const))('%s: nobody without signing in', async (_, endpoint) => {
    expect(await knock(test.send, endpoint)).toMatchObject({ status: 401, body: { code: 'not_signed_in' } })
    expect(await knock(test.as('avs_made-up'), endpoint)).toMatchObject({
      status: 401,
      body: { code: 'not_signed_in' },
    })
  })

  const ofMembers = identityEndpoints.filter((one) => one.access.kind === 'member')
  it.each(
    ofMembers.map((one) => [one.id, one] as const),
  )('%s: its roles, and nobody from outside', async (_, endpoint) => {
    const { access } = endpoint
    if (access.kind !== 'member') throw new Error('not an endpoint for members')
    expect(await knock(stranger.send, endpoint)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    for (const [role, send] of members) {
      const isRefused = codeOf((await knock(send, endpoint)).body) === 'forbidden'
      expect([role, isRefused]).toEqual([role, !access.roles.includes(role)])
    }
  })

  const ofStaff = identityEndpoints.filter((one) => one.access.kind === 'staff')
  it.each(ofStaff.map((one) => [one.id, one] as const))('%s: no tenant, not even an owner', async (_, endpoint) => {
    expect(await knock(owner.send, endpoint)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  const open = identityEndpoints.filter((one) => one.access.kind === 'public')
  it.each(open.map((one) => [one.id, one] as const))('%s: anyone', async (_, endpoint) => {
    expect(accessRefusals).not.toContain(codeOf((await knock(test.send, endpoint)).body))
  })
})
