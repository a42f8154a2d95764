import { keyEndpoints } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { route } from '../../../platform/http/index.ts'
import type { Identity } from '../../identity/index.ts'
import { createTestSystem, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
let running: Identity
beforeAll(async () => {
  const made = await createTestSystem(dataMap)
  running = made.identityOn(made.database)
  await running.start()
  system = { ...made, keys: running.api.keyDirectory }
})
afterAll(async () => {
  await running.stop()
  await system.database.close()
})

type IdentityParts = ReturnType<TestSystem['identityOn']>
const changed = (change: (real: IdentityParts) => Partial<IdentityParts>): TestSystem => ({
  ...system,
  identityOn: (database) => {
    const real = system.identityOn(database)
    return { ...real, ...change(real) }
  },
})

describe('API keys', () => {
  it('are stored as keyed hashes', async () => {
    expect(await verifyClause(system, 'START-14')).toMatchObject({ state: 'kept' })
  })

  it('are broken by a table that keeps the secret', async () => {
    const leaky = changed((real) => ({
      routes: real.routes.map((one) =>
        one.endpoint.id === keyEndpoints.create.id
          ? {
              ...one,
              handler: async (context) => {
                const made = (await one.handler(context)) as { id: string; secret: string }
                await context.tx.execute(
                  sql`update api_key set allowed_models = array[${made.secret}] where id = ${made.id}`,
                )
                return made
              },
            }
          : one,
      ),
    }))
    expect(await verifyClause(leaky, 'START-14')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('api_key hold an API key'),
    })
  })

  it('are broken by a hash that needs no key', async () => {
    const unkeyed = changed((real) => ({
      routes: real.routes.map((one) =>
        one.endpoint.id === keyEndpoints.create.id
          ? {
              ...one,
              handler: async (context) => {
                const made = (await one.handler(context)) as { id: string; secret: string }
                await context.tx.execute(
                  sql`update api_key set allowed_models = array[encode(sha256(${made.secret}::bytea), 'hex')] where id = ${made.id}`,
                )
                return made
              },
            }
          : one,
      ),
    }))
    expect(await verifyClause(unkeyed, 'START-14')).toMatchObject({ state: 'broken' })
  })

  it('are broken by a key that somebody wrote into any other table', async () => {
    await system.database.pool.query(
      "insert into mail_outbox (id, about, sealed_recipient, recipient_index, sealed_message, kind, reason, state, created_at) values ('m', 'nobody', '', '', '', 'security', $1, 'held', now())",
      [`your key is avow_${'a1B2'.repeat(11)}`],
    )
    const report = await verifyClause(system, 'START-14')
    await system.database.pool.query('delete from mail_outbox')
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('1 row of mail_outbox hold an API key'),
    })
  })
})

describe('revocation', () => {
  it('is kept when gateways hear of it in time', async () => {
    expect(await verifyClause(system, 'START-15')).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('a change was heard after'),
    })
  })

  it('is broken when nobody hears of changes', async () => {
    const deaf = { ...system, keys: { onChange: () => () => undefined } }
    expect(await verifyClause(deaf, 'START-15')).toMatchObject({
      state: 'broken',
      reason: 'the running gateways did not hear of a change within 1000 ms',
    })
  })

  it('is broken when changes of keys are not told', async () => {
    await system.database.pool.query('alter table api_key disable trigger api_key_changed')
    const report = await verifyClause(system, 'START-15')
    await system.database.pool.query('alter table api_key enable trigger api_key_changed')
    expect(report).toMatchObject({ state: 'broken', reason: 'no trigger tells of changes of keys' })
  })

  it('is broken when a revoked key is still found', async () => {
    const lax = changed((real) => ({
      routes: real.routes.map((one) =>
        one.endpoint.id === keyEndpoints.revoke.id ? route(keyEndpoints.revoke, async () => undefined) : one,
      ),
    }))
    expect(await verifyClause(lax, 'START-15')).toMatchObject({
      state: 'broken',
      reason: 'a revoked key is still looked up as active',
    })
  })
})

describe('rotation', () => {
  it('is kept when the old key ends with the overlap', async () => {
    expect(await verifyClause(system, 'START-16')).toMatchObject({ state: 'kept' })
  })

  it('is broken when the old key goes on, or ends at once', async () => {
    const endingAt = (expiresAtMs: number | null) =>
      changed((real) => ({
        api: {
          ...real.api,
          keyDirectory: {
            ...real.api.keyDirectory,
            find: async (secret) => {
              const found = await real.api.keyDirectory.find(secret)
              return found === null || found.expiresAtMs === null ? found : { ...found, expiresAtMs }
            },
          },
        },
      }))
    expect(await verifyClause(endingAt(null), 'START-16')).toMatchObject({
      state: 'broken',
      reason: 'the old key outlives the overlap',
    })
    expect(await verifyClause(endingAt(0), 'START-16')).toMatchObject({
      state: 'broken',
      reason: 'the old key ends before the overlap does',
    })
  })
})
