import { type Access, organisationRoles, staffRoles } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  const made = await createTestSystem(dataMap)
  system = { ...made, policy: starterPolicy(['rules: [staff-second-factor]', 'rules: [roles-enforced]']) }
})
afterAll(() => system.database.close())

/** The system with a door that judges by another access than the contract's. */
const judgingBy = (change: (access: Access) => Access): TestSystem => ({
  ...system,
  identityOn: (database) => {
    const identity = system.identityOn(database)
    const { authorise } = identity
    return { ...identity, authorise: (tx, access, params, facts) => authorise(tx, change(access), params, facts) }
  },
})
const verify = (of: TestSystem) => verifyClause(of, 'START-13')

describe('the matrix of endpoints and roles', () => {
  it('is kept when each role gets what the contract gives it, and people with none get nothing', async () => {
    expect(await verify(system)).toMatchObject({
      state: 'kept',
      check: 'role-matrix',
      figure: expect.stringContaining('0 not as the contract says'),
    })
  })

  it('is broken by a door that takes any role in an organisation', async () => {
    const lax = judgingBy((access) => (access.kind === 'member' ? { ...access, roles: organisationRoles } : access))
    expect(await verify(lax)).toMatchObject({ state: 'broken', reason: expect.stringContaining('lets in the role') })
  })

  it('is broken by a door that takes any role of staff', async () => {
    const lax = judgingBy((access) => (access.kind === 'staff' ? { ...access, roles: staffRoles } : access))
    expect(await verify(lax)).toMatchObject({ state: 'broken', reason: expect.stringContaining('lets in staff as') })
  })

  it('is broken by a door that takes people for staff', async () => {
    const lax = judgingBy((access) => (access.kind === 'staff' ? { kind: 'person' } : access))
    expect(await verify(lax)).toMatchObject({ state: 'broken', reason: expect.stringContaining('who is no staff') })
  })

  it('is broken by a door that refuses a role what is its own', async () => {
    const strict = judgingBy((access) => (access.kind === 'member' ? { ...access, roles: ['owner'] } : access))
    expect(await verify(strict)).toMatchObject({ state: 'broken', reason: expect.stringContaining('refuses the role') })
  })

  it('is unproven where nobody gets in at all', async () => {
    const shut: TestSystem = {
      ...system,
      identityOn: (database) => ({
        ...system.identityOn(database),
        authorise: (tx, access, params, facts) =>
          access.kind === 'member' || access.kind === 'staff'
            ? Promise.reject(new Refusal('forbidden'))
            : system.identityOn(database).authorise(tx, access, params, facts),
      }),
    }
    expect(await verify(shut)).toMatchObject({ state: 'unproven' })
  })
})
