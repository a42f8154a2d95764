import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { UnwantedContentGate } from '../../../platform/gates/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const verify = (unwanted: Partial<UnwantedContentGate> = {}) =>
  verifyClause(
    { ...system, gates: { ...system.gates, unwanted: { ...system.gates.unwanted, ...unwanted } } },
    'START-08',
  )

describe('numbers that the policy never holds', () => {
  it('are refused by every field that takes text, and are nowhere', async () => {
    const report = await verify()
    expect(report).toMatchObject({ state: 'kept', check: 'unwanted-content' })
    expect(Number(/^(\d+) fields tried/.exec(report.figure ?? '')?.[1])).toBeGreaterThan(60)
  })

  it('break the clause at a gate that lets them in', async () => {
    const report = await verify({ requireNone: () => undefined })
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('takes 9999 9999 9999 9999 as') })
    expect(report.reason).not.toContain('4111')
  })

  it('break the clause at a gate that looks at names only', async () => {
    const { requireNone } = system.gates.unwanted
    const narrow = (body: unknown) => requireNone((body as { name?: unknown } | undefined)?.name)
    expect(await verify({ requireNone: narrow })).toMatchObject({ state: 'broken' })
  })

  it('break the clause where one stands in clear in a table', async () => {
    const { pool } = system.database
    await pool.query(
      "insert into legal_hold (id, scope, addresses, ground, placed_at, begins_at, ended_at) values ('h', 'everyone', '{}', 'card 5555 5555 5555 4444', now(), now(), now())",
    )
    const report = await verify()
    await pool.query('delete from legal_hold')
    expect(report).toMatchObject({ state: 'broken', reason: 'legal_hold.ground holds such a number' })
  })

  it('break the clause where one is sealed', async () => {
    const { mailer, database } = system
    await database.transaction((tx) =>
      mailer.write(tx, {
        to: 'ada@example.org',
        about: 'per_ada',
        kind: 'security',
        subject: 'Hello',
        text: 'Your identity card is A123456789.',
        links: [],
      }),
    )
    const report = await verify()
    await database.pool.query('delete from mail_outbox')
    expect(report).toMatchObject({ state: 'broken', reason: 'mail_outbox, sealed holds such a number' })
  })
})
