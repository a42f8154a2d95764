import { hash as bcryptHash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createPasswordGate } from '../../../platform/gates/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const person = (id: string, passwordHash: string) =>
  system.database.pool.query(
    "insert into person (id, sealed_email, email_index, sealed_name, password_hash, email_verified_at, last_active_at, created_at) values ($1, '', $1, '', $2, now(), now(), now())",
    [id, passwordHash],
  )

describe('password hashes', () => {
  it('are kept with the hashes that the gate makes', async () => {
    await person('p1', await system.gates.password.hash('correct horse battery'))
    expect(await verifyClause(system, 'START-10')).toMatchObject({
      state: 'kept',
      figure: '1 stored password and 4 probes of the gate',
    })
  })

  it('are broken by a password in clear and by one under another algorithm', async () => {
    await person('p2', 'in clear')
    await person('p3', await bcryptHash('weak', 4))
    const report = await verifyClause(system, 'START-10')
    await system.database.pool.query("delete from person where id in ('p2', 'p3')")
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('2 passwords in person.password_hash'),
    })
  })

  it('are broken by a gate that hashes too cheaply, before anybody has signed up', async () => {
    const password = createPasswordGate({ algorithm: 'argon2id', memoryKib: 8192, iterations: 1, parallelism: 1 })
    expect(await verifyClause({ ...system, gates: { ...system.gates, password } }, 'START-10')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('does not hash as the policy says'),
    })
  })

  it('are broken by a gate that compares in clear', async () => {
    const password = { ...system.gates.password, verify: async () => true }
    expect(await verifyClause({ ...system, gates: { ...system.gates, password } }, 'START-10')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('stored in clear'),
    })
  })
})
