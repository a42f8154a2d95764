import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { PurposeGate } from '../../../platform/gates/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import type { Readers } from '../check.ts'
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
  const withPurpose = (purpose: PurposeGate) => ({ ...system, gates: { ...system.gates, purpose } })
  const withReaders = (readers: Partial<Readers>) => ({
    ...system,
    readers: () => ({ ...system.readers(), ...readers }),
  })

  it('are kept where every reader says what for, and the check leaves no refusal on record', async () => {
    const report = await verifyClause(system, 'START-07')
    expect(report).toMatchObject({ state: 'kept', check: 'declared-purposes', reason: null })
    expect(report.figure).toMatch(/[1-9]\d+ columns read for a wrong purpose, [1-9]\d+ endpoints and 1 job tried/)
    expect(system.refused).toEqual([])
  })

  it('are broken by an endpoint or a job that says no purpose', async () => {
    const [some] = system.readers().routes
    const sneaky = { ...some!, endpoint: { ...some!.endpoint, id: 'sneaky.read', readsFor: [] } } as unknown as Route
    expect(await verifyClause(withReaders({ routes: [sneaky] }), 'START-07')).toMatchObject({
      state: 'broken',
      reason: 'sneaky.read reads for no stated purpose',
    })
    const job = { name: 'sneaky-job', run: async () => undefined } as unknown as Job
    expect(await verifyClause(withReaders({ jobs: [job] }), 'START-07')).toMatchObject({
      state: 'broken',
      reason: 'sneaky-job reads for no stated purpose',
    })
  })

  it('are broken by a door that does not ask, and say which columns it gives out', async () => {
    const report = await verifyClause({ ...system, databases: system.database }, 'START-07')
    expect(report.state).toBe('broken')
    expect(report.reason).toContain('(account.identity) can be read for')
  })

  it('are broken by a vault that opens for any purpose', async () => {
    const vault = {
      ...system.vault,
      openFor: (...[, subject, place, sealed]: Parameters<typeof system.vault.openFor>) =>
        system.vault.openFor(system.database.direct, subject, place, sealed),
    }
    expect(await verifyClause({ ...system, vault }, 'START-07')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('the vault opens'),
    })
  })

  it('are unproven where no reader was seen', async () => {
    expect(await verifyClause(withReaders({ routes: [] }), 'START-07')).toMatchObject({ state: 'unproven' })
  })

  it('are broken by a gate that lets a purpose through which the policy does not list', async () => {
    const { purpose } = system.gates
    const lax: PurposeGate = { ...purpose, allows: () => true, require: () => undefined, rehearsed: () => lax }
    expect(await verifyClause(withPurpose(lax), 'START-07')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('marketing'),
    })
  })

  it('are broken by a gate that refuses and leaves no record', async () => {
    const { purpose } = system.gates
    const silent: PurposeGate = { ...purpose, rehearsed: () => purpose.rehearsed(() => undefined) }
    expect(await verifyClause(withPurpose(silent), 'START-07')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('records nothing'),
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
