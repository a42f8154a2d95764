import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { StaffAccessGate } from '../../../platform/gates/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'
import { emptyAccess } from './test-access.ts'

let system: TestSystem
beforeAll(async () => {
  const made = await createTestSystem(dataMap)
  system = { ...made, policy: starterPolicy(['rules: [staff-second-factor]', 'rules: [staff-access-recorded]']) }
})
afterAll(() => system.database.close())

const verify = (gate: Partial<StaffAccessGate> = {}) =>
  verifyClause(
    { ...system, gates: { ...system.gates, staffAccess: { ...system.gates.staffAccess, ...gate } } },
    'START-13',
  )

describe('access of staff to what is about a person', () => {
  it('is kept when it needs a reason, a ticket and an end, is recorded, and the person sees it', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      check: 'staff-access',
      figure: expect.stringContaining('1 mail opened for a reason, 3 refused'),
    })
    expect(await system.database.direct.$count(sql`staff_access_grant`)).toBe(0)
  })

  it('is broken by a gate at which everything is open', async () => {
    const lax: Partial<StaffAccessGate> = {
      inForce: async (_tx, _caller, _scope, of) => new Map(of.map((index) => [index, 'nothing'])),
      read: async () => undefined,
    }
    const report = await verify(lax)
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('operate.outbox shows staff') })
    expect(report.reason).toContain('mail is open after the time of the access')
  })

  it('is broken by a gate that asks for no ticket', async () => {
    const { grant } = system.gates.staffAccess
    const lax: StaffAccessGate['grant'] = (tx, caller, subject, wish) =>
      grant(tx, caller, subject, { ...wish, ticket: wish.ticket ?? 'whatever' })
    expect(await verify({ grant: lax })).toMatchObject({ state: 'broken', reason: 'mail opens without a ticket' })
  })

  it('is broken by a gate that writes down nothing of what is looked at', async () => {
    expect(await verify({ read: async () => undefined })).toMatchObject({
      state: 'broken',
      reason: 'the person does not see an access to their mail',
    })
  })

  it('is broken by an endpoint of staff that shows a person beside the gate', async () => {
    const { routesOn } = system
    const leaky: TestSystem = {
      ...system,
      routesOn: (parts) =>
        routesOn(parts).map((route) =>
          route.endpoint.id === 'staffAccess.list'
            ? { ...route, handler: async ({ tx }) => leak(await tx.execute(sql`select sealed_email, id from person`)) }
            : route,
        ),
    }
    const leak = async ({ rows }: { rows: Record<string, unknown>[] }) => {
      const emails = await Promise.all(
        rows.map(({ id, sealed_email }) =>
          system.vault.openFor(
            system.database.direct,
            String(id),
            { table: 'person', column: 'sealed_email', row: String(id) },
            sealed_email as Buffer,
          ),
        ),
      )
      return { items: [{ ...emptyAccess, reason: emails.join() }], nextCursor: null }
    }
    expect(await verifyClause(leaky, 'START-13')).toMatchObject({
      state: 'broken',
      reason: 'staffAccess.list shows staff a person without a stated reason',
    })
  })
})
