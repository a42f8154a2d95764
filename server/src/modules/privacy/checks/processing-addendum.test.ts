import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
})
afterAll(() => system.database.close())

const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'ECO-38')
const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

/** With another answer of one endpoint. */
const answering = (id: string, change: (answer: Record<string, unknown>) => object): Partial<TestSystem> => ({
  routesOn: (parts) =>
    system
      .routesOn(parts)
      .map((one) =>
        one.endpoint.id === id
          ? { ...one, handler: async (context) => change((await one.handler(context)) as Record<string, unknown>) }
          : one,
      ),
})
/** While every signed copy is changed as it is written. */
const whileCopies = async (change: string, work: () => Promise<void>): Promise<void> => {
  const { pool } = system.database
  await pool.query(
    `create function spoil() returns trigger language plpgsql as $$ begin ${change} end $$; create trigger spoil before insert on processing_addendum for each row execute function spoil()`,
  )
  await work().finally(() => pool.query('drop trigger spoil on processing_addendum; drop function spoil()'))
}

describe('a data processing addendum', () => {
  it('says what the policy says, is signed as it was read, countersigned, and kept', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      check: 'processing-addendum',
      figure: expect.stringMatching(/^\d\d facts of the policy looked for in the addendum, 2 signatures tried, 0 not/),
    })
    expect(await system.database.direct.$count(sql`processing_addendum`)).toBe(0)
  })

  it('is broken by one that leaves a recipient out, or whose hash is another text’s', async () => {
    const [, second] = system.policy.source.recipients
    const name = second?.name ?? ''
    const silent = answering('addenda.show', ({ text, ...rest }) => ({
      ...rest,
      text: String(text).replaceAll(name, 'somebody'),
    }))
    expect(await verify(silent)).toMatchObject(broken(`the addendum does not say: ${name}`))
    const other = answering('addenda.show', (shown) => ({ ...shown, hash: 'a'.repeat(64) }))
    expect(await verify(other)).toMatchObject(broken('the hash is not that of the text'))
  })

  it('is broken where the copy is changed or lost', async () => {
    await whileCopies("new.text := replace(new.text, 'TLS', 'no TLS'); return new;", async () => {
      expect(await verify()).toMatchObject(broken('the signed copy is not kept as it was signed'))
    })
    expect(await verify(answering('addenda.list', () => ({ items: [] })))).toMatchObject(
      broken('the signed copy is not kept as it was signed'),
    )
  })

  it('is broken without a countersignature, and where anything can be signed', async () => {
    await whileCopies(
      "delete from evidence_leaf where rule = 'addendum-signed'; new.salt := 'x'; return new;",
      async () => {
        expect(await verify()).toMatchObject(broken('the operator has not countersigned'))
      },
    )
    const { routesOn } = system
    const lax: TestSystem['routesOn'] = (parts) => {
      const routes = routesOn(parts)
      const show = routes.find(({ endpoint }) => endpoint.id === 'addenda.show')
      return routes.map((one) =>
        one.endpoint.id === 'addenda.sign'
          ? {
              ...one,
              handler: async (context) => {
                const { hash } = (await show?.handler(context)) as { hash: string }
                return one.handler({ ...context, body: { ...(context.body as object), hash } } as never)
              },
            }
          : one,
      )
    }
    expect(await verify({ routesOn: lax })).toMatchObject(
      broken('another text than the one that is shown can be signed'),
    )
  })
})
