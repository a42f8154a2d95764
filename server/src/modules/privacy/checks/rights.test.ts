import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { createErasureGate, createRetentionGate, type ErasureGate } from '../../../platform/gates/index.ts'
import { insertRequest } from '../rights/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const withErasure = (erasure: ErasureGate): TestSystem => ({ ...system, gates: { ...system.gates, erasure } })
const withMap = (map: readonly MappedColumn[]): TestSystem => ({ ...system, map })
const without = (table: string): MappedColumn[] => dataMap.filter((column) => column.table !== table)
const late = async (kind: 'erasure' | 'access'): Promise<void> => {
  const askedAt = new Date(system.clock.nowMs() - 31 * 86_400_000)
  const times = { askedAt, dueAt: new Date(system.clock.nowMs() - 86_400_000), startsAt: askedAt }
  await insertRequest(system.database.direct, { id: `late-${kind}`, kind, state: 'running', personId: null, ...times })
}
const afterLate = () => system.database.pool.query("delete from rights_request where id like 'late-%'")

describe('erasure', () => {
  it('is kept by a gate that leaves nothing of one person and everything of another', async () => {
    expect(await verifyClause(system, 'START-43')).toMatchObject({ state: 'kept' })
  })

  it('is broken by a table that the walk does not reach', async () => {
    const blind = createErasureGate({ clock: system.clock, map: without('mail_outbox') })
    expect(await verifyClause(withErasure(blind), 'START-43')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('of mail_outbox after an erasure'),
    })
  })

  it('is broken by a gate that takes too much', async () => {
    const { erasure } = system.gates
    const greedy: ErasureGate = {
      ...erasure,
      eraseBatch: async (tx, table, subject) => {
        if (table === 'mail_outbox') await tx.execute(sql`delete from mail_outbox`)
        return erasure.eraseBatch(tx, table, subject)
      },
    }
    expect(await verifyClause(withErasure(greedy), 'START-43')).toMatchObject({
      state: 'broken',
      reason: 'an erasure took rows of somebody else',
    })
  })

  it('is broken by a request past its deadline', async () => {
    await late('erasure')
    const report = await verifyClause(system, 'START-43')
    await afterLate()
    expect(report).toMatchObject({ state: 'broken', reason: '1 erasure past the deadline' })
  })

  it('is checked the same while everybody is on a real hold', async () => {
    await system.database.pool.query(
      "insert into legal_hold values ('h', 'everyone', null, '{}', null, 'all', null, null, now(), now(), null, null)",
    )
    const report = await verifyClause(system, 'START-43')
    await system.database.pool.query('delete from legal_hold')
    expect(report).toMatchObject({ state: 'kept' })
  })
})

describe('legal holds', () => {
  it('stop retention and erasure of what they cover, and of nothing else', async () => {
    expect(await verifyClause(system, 'START-34')).toMatchObject({ state: 'kept' })
  })

  it('are broken by a retention gate that does not look at them', async () => {
    const map = dataMap.map((column) => ({ ...column, subjectBy: [] }))
    const { clock, database, policy } = system
    const retention = createRetentionGate({ clock, database, policy, map })
    expect(await verifyClause({ ...system, gates: { ...system.gates, retention } }, 'START-34')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('retention would remove rows on hold'),
    })
  })

  it('are broken by an erasure that goes around them', async () => {
    const { erasure } = system.gates
    const rude: ErasureGate = {
      ...erasure,
      eraseBatch: async (tx, table, subject) => {
        if (table === 'mail_outbox')
          await tx.execute(
            sql`delete from mail_outbox where recipient_index = any (${sql.param([...subject.addresses])}::text[])`,
          )
        return erasure.eraseBatch(tx, table, subject)
      },
    }
    expect(await verifyClause(withErasure(rude), 'START-34')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('erasure took rows on hold'),
    })
  })

  it('are broken by an erasure that takes the organisation of a person on hold', async () => {
    const { erasure } = system.gates
    const rude: ErasureGate = {
      ...erasure,
      eraseBatch: async (tx, table, subject) => {
        await tx.execute(sql`update legal_hold set organisations = '{}'`)
        return erasure.eraseBatch(tx, table, subject)
      },
    }
    expect(await verifyClause(withErasure(rude), 'START-34')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('erasure took an organisation that only the person on hold owns'),
    })
  })
})

describe('copies for the person', () => {
  it('say everything that a search of the whole database finds', async () => {
    expect(await verifyClause(system, 'START-40')).toMatchObject({ state: 'kept' })
    expect(await verifyClause(system, 'START-41')).toMatchObject({ state: 'kept' })
  })

  it('are broken by a table that they leave out', async () => {
    expect(await verifyClause(withMap(without('session')), 'START-40')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the report says nothing of session'),
    })
    expect(await verifyClause(withMap(without('security_event')), 'START-41')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('rows of security_event'),
    })
  })

  it('are broken by an export that cannot be taken in again as it was', async () => {
    expect(await verifyClause(withMap(without('project')), 'START-41')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a name did not arrive where the export was taken in'),
    })
  })

  it('are broken by an import that makes nothing anew', async () => {
    const identityOn: TestSystem['identityOn'] = (...given) => {
      const identity = system.identityOn(...given)
      return { ...identity, api: { ...identity.api, accounts: { ...identity.api.accounts, recreate: async () => [] } } }
    }
    expect(await verifyClause({ ...system, identityOn }, 'START-41')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a name did not arrive'),
    })
  })

  it('are broken by a secret among them', async () => {
    const open = dataMap.map((column) =>
      column.column === 'token_hash' ? { ...column, category: 'account.identity' as const } : column,
    )
    expect(await verifyClause(withMap(open), 'START-41')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the export holds secrets'),
    })
  })

  it('are broken by a request past its deadline', async () => {
    await late('access')
    const report = await verifyClause(system, 'START-40')
    await afterLate()
    expect(report).toMatchObject({ state: 'broken', reason: '1 request past the deadline' })
  })
})
