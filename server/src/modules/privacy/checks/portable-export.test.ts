import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createErasureGate } from '../../../platform/gates/index.ts'
import type { Place } from '../../../platform/vault/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })
const isPart = ({ table }: Place): boolean => table === 'export_part'

describe('the copy that somebody takes with them', () => {
  it('is sealed, for them alone, and gone after its time', async () => {
    expect(await verifyClause(system, 'START-41')).toMatchObject({ state: 'kept' })
  })

  it('is broken by parts that are kept as they are read', async () => {
    const { vault } = system
    const open: TestSystem['vault'] = {
      ...vault,
      sealFor: async (subject, place, plain) =>
        isPart(place) ? Buffer.from(plain) : vault.sealFor(subject, place, plain),
      openFor: async (tx, subject, place, sealed) =>
        isPart(place) ? sealed.toString() : vault.openFor(tx, subject, place, sealed),
    }
    expect(await verifyClause({ ...system, vault: open }, 'START-41')).toMatchObject(
      broken('a copy lies in the database as it is read'),
    )
  })

  it('is broken by a door that takes everybody for its person', async () => {
    const identityOn: TestSystem['identityOn'] = (...given) => {
      const identity = system.identityOn(...given)
      let first: string | undefined
      const authorise: typeof identity.authorise = async (tx, access, params, request) => {
        const caller = await identity.authorise(tx, access, params, request)
        if (caller === null || params['exportId'] === undefined) return caller
        first ??= caller.personId
        return { ...caller, personId: first }
      }
      return { ...identity, authorise }
    }
    expect(await verifyClause({ ...system, identityOn }, 'START-41')).toMatchObject(
      broken('a copy is handed out to another person'),
    )
  })

  it('is broken by a copy whose time does not run out', async () => {
    await system.database.pool.query(
      "create function stay() returns trigger language plpgsql as 'begin new.begun_at := old.begun_at; return new; end'",
    )
    await system.database.pool.query(
      'create trigger stay before update on data_export for each row execute function stay()',
    )
    const report = await verifyClause(system, 'START-41')
    await system.database.pool.query('drop trigger stay on data_export')
    expect(report).toMatchObject(broken('a copy is handed out after its time'))
  })

  it('is broken by an erasure that leaves it', async () => {
    const map = dataMap.filter(({ table }) => table !== 'export_part' && table !== 'data_export')
    const gates = { ...system.gates, erasure: createErasureGate({ clock: system.clock, map }) }
    expect(await verifyClause({ ...system, gates }, 'START-43')).toMatchObject(
      broken('of export_part after an erasure'),
    )
  })

  it('is broken by a report that does not name it', async () => {
    const map = dataMap.filter(({ table }) => table !== 'data_export')
    expect(await verifyClause({ ...system, map }, 'START-40')).toMatchObject(
      broken('the report says nothing of data_export'),
    )
  })
})
