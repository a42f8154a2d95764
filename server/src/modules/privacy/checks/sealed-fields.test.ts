import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createMailer } from '../../../platform/mail/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

/** A vault that seals nothing. */
const openVault = (vault: TestSystem['vault']): Pick<Vault, 'sealFor' | 'openFor' | 'openMany' | 'blindIndex'> => ({
  blindIndex: vault.blindIndex,
  sealFor: async (_subject, _place, plain) => Buffer.from(plain),
  openFor: async (_reader, _subject, _place, sealed) => sealed.toString(),
  openMany: async (_reader, values) => values.map(({ sealed }) => sealed.toString()),
})

describe('personal fields', () => {
  it('are kept sealed, in tables and in the files of the database', async () => {
    const report = await verifyClause(system, 'START-20')
    expect(report).toMatchObject({
      state: 'kept',
      figure: expect.stringMatching(/sealed columns; \d+ tables and [\d,]+ files/),
    })
  })

  it('are broken by a column about people that is not sealed', async () => {
    const map = system.map.map((column) =>
      column.table === 'person' && column.column === 'password_hash' ? { ...column, column: 'nickname' } : column,
    )
    await system.database.pool.query('alter table person add column nickname text')
    const report = await verifyClause({ ...system, map }, 'START-20')
    await system.database.pool.query('alter table person drop column nickname')
    expect(report).toMatchObject({ state: 'broken', reason: 'person.nickname is about a person and not sealed' })
  })

  it('are broken by a vault that does not encrypt: the person is found in tables and files', async () => {
    const vault = { ...system.vault, ...openVault(system.vault) }
    const { clock, database } = system
    const mail = createMailer({ database, clock, vault, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' })
    const leaking: TestSystem = {
      ...system,
      vault,
      identityOn: (on, changed) => system.identityOn(on, { vault: vault as Vault, mail, ...changed }),
    }
    const report = await verifyClause(leaking, 'START-20')
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringMatching(/^the file \S+ holds in clear/) })
    expect(report.reason).toContain('person holds in clear')
  })

  it('are unproven when the files cannot be searched', async () => {
    const blind = { ...system, files: { database: '/proc/self/fdinfo', others: [] } }
    expect(await verifyClause(blind, 'START-20')).toMatchObject({ state: 'unproven' })
  })
})
