import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

describe('declared data only', () => {
  it('is kept on the database that the migrations make', async () => {
    expect(await verifyClause(system, 'START-03')).toMatchObject({ state: 'kept', reason: null })
  })

  it('is broken by a column that nobody declared, and names it', async () => {
    await system.database.pool.query('alter table mail_outbox add column nickname text')
    const report = await verifyClause(system, 'START-03')
    await system.database.pool.query('alter table mail_outbox drop column nickname')
    expect(report).toMatchObject({ state: 'broken', reason: 'mail_outbox.nickname is not declared' })
  })

  it('is broken by a declared column that does not exist', async () => {
    const [first] = system.map
    const ghost = { ...first!, column: 'ghost' }
    expect(await verifyClause({ ...system, map: [...system.map, ghost] }, 'START-03')).toMatchObject({
      state: 'broken',
    })
  })

  it('is broken by a column of a category that the policy does not hold', async () => {
    const map = system.map.map((column) =>
      column.column === 'sealed_recipient' ? { ...column, category: 'marketing.contact' as const } : column,
    )
    const report = await verifyClause({ ...system, map }, 'START-03')
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('marketing.contact') })
  })

  it('leaves nothing behind', async () => {
    await verifyClause(system, 'START-03')
    const { rows } = await system.database.pool.query("select 1 from pg_class where relname like 'avow_probe%'")
    expect(rows).toEqual([])
  })
})

describe('what each kind of data is used for', () => {
  it('is kept while columns have the purposes of their categories', async () => {
    expect(await verifyClause(system, 'START-04')).toMatchObject({ state: 'kept' })
    expect(await verifyClause(system, 'START-06')).toMatchObject({ state: 'kept' })
  })

  it('is broken by a column with another purpose', async () => {
    const map = system.map.map((column) =>
      column.column === 'password_hash' ? { ...column, purposes: ['analytics' as const] } : column,
    )
    const report = await verifyClause({ ...system, map }, 'START-04')
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('password_hash (account.credentials) is used for analytics'),
    })
  })
})

describe('declared purposes', () => {
  it('are not called kept before every reader is known to declare one', async () => {
    expect(await verifyClause(system, 'START-07')).toMatchObject({ state: 'unproven', check: 'declared-purposes' })
  })

  it('are broken by a gate that lets a purpose through which the policy does not list', async () => {
    const purpose = { allows: () => true, require: () => undefined }
    expect(await verifyClause({ ...system, gates: { ...system.gates, purpose } }, 'START-07')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('marketing'),
    })
  })

  it('are broken by a gate that says no and lets readers through', async () => {
    const purpose = { ...system.gates.purpose, require: () => undefined }
    expect(await verifyClause({ ...system, gates: { ...system.gates, purpose } }, 'START-07')).toMatchObject({
      state: 'broken',
    })
  })

  it('are broken by a gate that follows another policy', async () => {
    const policy = starterPolicy(['purposes: [communicate, support]', 'purposes: [support]'])
    expect(await verifyClause({ ...system, policy }, 'START-07')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('correspondence be read for communicate'),
    })
  })

  it('are broken by a column for a purpose that the policy does not have', async () => {
    const map = system.map.map((column) =>
      column.column === 'sealed_recipient' ? { ...column, purposes: ['marketing' as const] } : column,
    )
    expect(await verifyClause({ ...system, map }, 'START-07')).toMatchObject({ state: 'broken' })
  })
})
