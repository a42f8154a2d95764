import { contactEndpoints, type Endpoint } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, systemClock, shippedPolicy('easellm'))
})
afterAll(() => system.database.close())

const verify = (changed: Partial<TestSystem> = {}) => {
  const rules = system.policy.rules.filter(({ kind }) => kind === 'contact-inbox')
  const clauses = system.policy.clauses
    .filter(({ id }) => id === 'EASE-26')
    .map((clause) => ({ ...clause, rules: rules.map(({ id }) => id) }))
  return verifyClause({ ...system, ...changed, policy: { ...system.policy, rules, clauses } }, 'EASE-26')
}
const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

/** The system with one endpoint handled otherwise. */
const handling = (endpoint: Endpoint, other: (real: Route) => Route): Partial<TestSystem> => ({
  routesOn: (parts) => system.routesOn(parts).map((one) => (one.endpoint === endpoint ? other(one) : one)),
})

describe('messages to the contacts of the policy', () => {
  it('reach the officers, are due in time, and are answered by mail; nothing of the probe stays', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      figure: '6 contacts written to and answered, 1 flood tried; 0 messages waiting, 0 too long',
    })
    for (const table of ['contact_message', 'mail_outbox', 'attempt'])
      expect((await system.database.pool.query(`select 1 from ${table}`)).rows, table).toEqual([])
  })

  it('are broken by a contact to whom nobody can write', async () => {
    const deaf = handling(contactEndpoints.write, (real) => ({
      ...real,
      handler: (context) => {
        if ((context.body as unknown as { contact: string }).contact === 'dpo') throw new Refusal('policy_refused')
        return real.handler(context)
      },
    }))
    expect(await verify(deaf)).toMatchObject(broken('nobody can write to dpo: policy_refused'))
  })

  it('are broken by a message that nobody keeps, and by a list that shows none', async () => {
    const at = new Date().toISOString()
    const lost = handling(contactEndpoints.write, () =>
      route(contactEndpoints.write, async () => ({ receivedAt: at, dueAt: at }), 'handler'),
    )
    expect(await verify(lost)).toMatchObject(broken('a message to privacy does not reach the officers'))
    const blind = handling(contactEndpoints.messages, () =>
      route(contactEndpoints.messages, async () => ({ items: [], nextCursor: null })),
    )
    expect(await verify(blind)).toMatchObject(broken('a message to eu-representative does not reach the officers'))
  })

  it('are broken by an answer that does not leave', async () => {
    const mute = { ...system.mailer, write: async () => ({ written: true }) as const }
    expect(
      await verify({ routesOn: (parts) => system.routesOn({ ...parts, mailer: { ...parts.mailer, ...mute } }) }),
    ).toMatchObject(broken('an answer to a message to legal does not leave'))
  })

  it('are broken by writers whom nobody stops', async () => {
    const patient: Partial<TestSystem> = {
      routesOn: (parts) =>
        system.routesOn({ ...parts, accounts: { ...parts.accounts, countMessage: async () => undefined } }),
    }
    expect(await verify(patient)).toMatchObject(broken('one address may write 20 times at once'))
  })

  it('are broken by a real message that waits past its date', async () => {
    await system.database.pool.query(
      `insert into contact_message (id, contact, received_at, due_at, last_at, address_index, sealed_message)
       values ('msg_late', 'dpo', now() - interval '31 days', now() - interval '1 day', now() - interval '31 days', 'x', '')`,
    )
    expect(await verify()).toMatchObject(broken('1 message past the date of an answer'))
    await system.database.pool.query('truncate contact_message')
  })
})
