import { accountEndpoints, endpoints, keyEndpoints, staffEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { Database } from '../../../platform/db/index.ts'
import { type Authorise, Refusal, type Route, route } from '../../../platform/http/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

type IdentityOn = TestSystem['identityOn']

/** The system with one of identity's routes put in place of the real one. */
const withRoute = (made: Route): TestSystem => ({
  ...system,
  identityOn: (database) => {
    const identity = system.identityOn(database)
    return { ...identity, routes: identity.routes.map((one) => (one.endpoint.id === made.endpoint.id ? made : one)) }
  },
})
const withAuthorise = (change: (real: Authorise) => Authorise): TestSystem => ({
  ...system,
  identityOn: (database) => {
    const identity = system.identityOn(database)
    return { ...identity, authorise: change(identity.authorise) }
  },
})
const withIdentity = (identityOn: (database: Database) => ReturnType<IdentityOn>): TestSystem => ({
  ...system,
  identityOn,
})

describe('the minimum age', () => {
  it('is kept by a sign-up that refuses one day too young and takes one day old enough', async () => {
    expect(await verifyClause(system, 'START-09')).toMatchObject({ state: 'kept' })
  })

  it('is broken by a sign-up that follows a lower age', async () => {
    const lax = withIdentity((database) =>
      system.identityOn(database, { policy: { ...system.policy, minimumAge: 13 } }),
    )
    expect(await verifyClause(lax, 'START-09')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('something was stored'),
    })
  })

  it('is broken by a sign-up that forgets at once whom it refused', async () => {
    const vault = system.vault as Vault
    const forgetful: Vault = {
      ...vault,
      keyedHash: (what, text) => vault.keyedHash(what, what === 'attempt' ? `${text}${Math.random()}` : text),
    }
    const lax = withIdentity((database) => system.identityOn(database, { vault: forgetful }))
    expect(await verifyClause(lax, 'START-09')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('with another date'),
    })
  })

  it('is unproven by a sign-up that refuses everybody', async () => {
    const closed = withRoute(
      route(accountEndpoints.signUp, () => Promise.reject(new Refusal('below_minimum_age')), 'handler'),
    )
    expect(await verifyClause(closed, 'START-09')).toMatchObject({ state: 'unproven' })
  })
})

describe('the sign-up form', () => {
  const asking = (fields: string) => ({
    ...system,
    policy: starterPolicy(
      ['rules: [minimum-age]', 'rules: [minimum-age, sign-up-asks]'],
      ['minimumAge: 16', `minimumAge: 16\n  signUpAsks: [${fields}]`],
    ),
  })

  it('asks for the fields that the policy lists, each of them', async () => {
    expect(await verifyClause(asking('name, email, password, birthDate'), 'START-09')).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('a sign-up with 4 fields'),
    })
  })

  it('breaks its clause by a field that is not listed', async () => {
    expect(await verifyClause(asking('name, email, password'), 'START-09')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('more than the policy lists'),
    })
  })

  it('breaks its clause by a listed field that nobody is asked for', async () => {
    expect(await verifyClause(asking('name, email, password, birthDate, phone'), 'START-09')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('phone'),
    })
    const { signUp } = accountEndpoints
    const lax = { ...signUp, body: signUp.body.partial({ name: true }) }
    const forgetful = withRoute(route(lax, async () => ({ status: 'verification-sent' as const }), 'handler'))
    const { policy } = asking('name, email, password, birthDate')
    expect(await verifyClause({ ...forgetful, policy }, 'START-09')).toMatchObject({
      reason: expect.stringContaining('lists name, which sign-up does not ask for'),
    })
  })
})

describe('verified mail', () => {
  it('is kept by a sign-in that waits for the link in the mail', async () => {
    expect(await verifyClause(system, 'START-17')).toMatchObject({ state: 'kept' })
  })

  it('is broken by a sign-in that lets anybody in, and by a link that any token opens', async () => {
    const answer = {
      person: {
        id: 'p',
        email: 'a@b.invalid',
        name: 'n',
        emailVerified: true,
        secondFactor: false,
        staffRole: null,
        staffActive: false,
        createdAt: '2027-01-01T00:00:00.000Z',
      },
      token: 't',
      expiresAt: '2027-01-01T00:00:00.000Z',
    }
    const lax = withRoute(route(accountEndpoints.signIn, async () => answer, 'handler'))
    expect(await verifyClause(lax, 'START-17')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('before opening the link'),
    })
    const open = withRoute(route(accountEndpoints.verifyEmail, async () => ({ email: 'a@b.invalid' }), 'handler'))
    expect(await verifyClause(open, 'START-17')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('guessed token'),
    })
  })
})

describe('sessions', () => {
  it('are seen and ended by the person', async () => {
    expect(await verifyClause(system, 'START-18')).toMatchObject({ state: 'kept' })
  })

  it('are broken when an ended one goes on', async () => {
    const lax = withRoute(route(accountEndpoints.endSession, async () => undefined))
    expect(await verifyClause(lax, 'START-18')).toMatchObject({
      state: 'broken',
      reason: 'a session goes on after it was ended',
    })
  })

  it('are broken when some are not listed', async () => {
    const silent = withRoute(route(accountEndpoints.listSessions, async () => ({ items: [], nextCursor: null })))
    expect(await verifyClause(silent, 'START-18')).toMatchObject({ state: 'broken' })
  })
})

describe('the second factor of staff', () => {
  const wanted = endpoints.filter((one) => one.access.kind === 'staff').length

  it('is asked for at every staff endpoint of the contract', async () => {
    expect(await verifyClause(system, 'START-13')).toMatchObject({
      state: 'kept',
      figure: `${wanted} staff endpoints: 0 open without a second factor, ${wanted} with one`,
    })
  })

  it('is broken when the door follows a policy in which it is optional', async () => {
    const lax = withIdentity((database) =>
      system.identityOn(database, { policy: { ...system.policy, staffSecondFactor: 'optional' } }),
    )
    expect(await verifyClause(lax, 'START-13')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('lets staff in without a second factor'),
    })
  })

  it('is broken when one endpoint alone lets staff in without it', async () => {
    const lax = withAuthorise(
      (real) => (tx, access, params, request) =>
        access === staffEndpoints.list.access ? Promise.resolve(null) : real(tx, access, params, request),
    )
    expect(await verifyClause(lax, 'START-13')).toMatchObject({ state: 'broken' })
  })

  it('is unproven when staff are refused even with it', async () => {
    const closed = withAuthorise(
      (real) => (tx, access, params, request) =>
        access.kind === 'staff' ? Promise.reject(new Refusal('forbidden')) : real(tx, access, params, request),
    )
    expect(await verifyClause(closed, 'START-13')).toMatchObject({ state: 'unproven' })
  })
})

describe('isolation between tenants', () => {
  it('is kept at every member endpoint, in every role, and for foreign ids', async () => {
    const members = endpoints.filter((one) => one.access.kind === 'member').length
    expect(await verifyClause(system, 'START-19')).toMatchObject({
      state: 'kept',
      figure: `${members} endpoints tried by a stranger, ${members * 5} pairs of endpoint and role, 8 foreign ids`,
    })
  })

  it('is broken by a door that asks for a session only', async () => {
    const lax = withAuthorise(
      (real) => (tx, access, params, request) =>
        real(tx, access.kind === 'member' ? { kind: 'person' } : access, params, request),
    )
    expect(await verifyClause(lax, 'START-19')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('answers a stranger with access'),
    })
  })

  it('is broken by a door that tells a stranger that something is there', async () => {
    const telling = withAuthorise(
      (real) => (tx, access, params, request) =>
        real(tx, access, params, request).catch((error: unknown) =>
          Promise.reject(error instanceof Refusal && error.code === 'not_found' ? new Refusal('forbidden') : error),
        ),
    )
    expect(await verifyClause(telling, 'START-19')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('answers a stranger with forbidden'),
    })
  })

  it('is broken by a door that forgets roles', async () => {
    const roleless = withAuthorise(
      (real) => (tx, access, params, request) =>
        real(
          tx,
          access.kind === 'member' ? { ...access, roles: ['owner', 'admin', 'member', 'billing', 'viewer'] } : access,
          params,
          request,
        ),
    )
    expect(await verifyClause(roleless, 'START-19')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('lets in the role'),
    })
  })

  it('is broken by a query that forgets the tenant', async () => {
    const unscoped = withRoute(
      route(keyEndpoints.get, async ({ params }) => ({
        id: params.keyId,
        projectId: params.projectId,
        name: 'k',
        kind: 'api' as const,
        prefix: 'avow_1',
        state: 'active' as const,
        allowedModels: null,
        requestsPerMinute: null,
        tokensPerMinute: null,
        concurrentRequests: null,
        createdAt: '2027-01-01T00:00:00.000Z',
        createdBy: null,
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
        replacedBy: null,
      })),
    )
    expect(await verifyClause(unscoped, 'START-19')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining("another tenant's id"),
    })
  })
})

describe('probes of people', () => {
  it('leave no person, mail, event or attempt behind', async () => {
    await system.database.pool.query('truncate evidence_leaf')
    for (const id of ['START-09', 'START-13', 'START-17', 'START-18', 'START-19']) await verifyClause(system, id)
    for (const table of [
      'person',
      'sign_up',
      'session',
      'mail_outbox',
      'security_event',
      'attempt',
      'organisation',
      'api_key',
      'evidence_leaf',
    ]) {
      const { rows } = await system.database.pool.query(`select 1 from ${table}`)
      expect(rows, table).toEqual([])
    }
  })

  it('follow the policy in force', async () => {
    const policy = starterPolicy(['minimumAge: 16', 'minimumAge: 21'])
    expect(await verifyClause({ ...system, policy }, 'START-09')).toMatchObject({ state: 'broken' })
  })
})
