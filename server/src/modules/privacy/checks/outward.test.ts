import type { CompiledPolicy } from '@avow/policy'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createConnections } from '../../../platform/egress/index.ts'
import { createPlacementGate, type Disclosed, promptFields, type Recipient } from '../../../platform/gates/index.ts'
import type { CheckedSystem } from '../check.ts'
import { createTestSystem, outwardOf, peopleGatesOf, type TestSystem, verifyClause } from '../test-system.ts'
import { broken, german, inRegions, narrow, policyWith, provider } from './test-outward.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())
beforeEach(() => system.database.pool.query('truncate sending, disclosure'))

type Changes = Partial<Omit<CheckedSystem, 'gates'>> & { readonly gates?: Partial<CheckedSystem['gates']> }

/** The system under a policy and in a country, with parts of it sabotaged. */
const under = (policy: CompiledPolicy, here: string | null = null, changes: Changes = {}): CheckedSystem => {
  const outward = outwardOf(policy, here)
  const people = peopleGatesOf({ ...system, policy }, outward)
  return {
    ...{ ...system, policy, ...outward.parts, ...changes },
    gates: { ...system.gates, ...outward.gates, ...people, ...changes.gates },
  }
}
const verify = (...of: Parameters<typeof under>) => verifyClause(under(...of), 'START-36')

/** Writes what left, as a feature does. */
const send = (of: CheckedSystem, more: Partial<Disclosed> = {}) =>
  of.database.transaction((tx) =>
    of.disclosures.record(tx, [
      {
        ...{ ground: 'processor', recipient: 'example-ai', name: 'Example Ltd', purpose: 'provide', times: 1 },
        ...{ fields: promptFields, country: 'US', safeguard: null, at: new Date(), about: [] },
        ...more,
      },
    ]),
  )
const lax = (real: CheckedSystem['gates']['egress'], allow: (recipient: string | null) => boolean) => {
  const party = { kind: 'recipient', host: null, recipient: {} as Recipient, crossing: null } as const
  return {
    ...real,
    judge: (sending: Parameters<typeof real.judge>[0]) =>
      allow(sending.recipient) ? ({ allowed: true, party } as const) : real.judge(sending),
    require: (sending: Parameters<typeof real.require>[0]) =>
      allow(sending.recipient) ? party : real.require(sending),
  }
}

describe('recipients only', () => {
  it('are kept by a policy with nobody in it, and by one with recipients that got what is theirs', async () => {
    expect(await verify(policyWith('recipients-only'))).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('4 probes of the gate, 0 rows of what was sent'),
    })
    const policy = policyWith('recipients-only', [provider])
    await send(under(policy))
    expect(await verify(policy)).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('1 row of what was sent'),
    })
  })

  it('are broken by a gate that lets strangers through, or a recipient have more than its own', async () => {
    const policy = policyWith('recipients-only', [provider])
    const { egress } = under(policy).gates
    expect(await verify(policy, null, { gates: { egress: lax(egress, (id) => id === null) } })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('lets a stranger be sent to by https'),
    })
    expect(await verify(policy, null, { gates: { egress: lax(egress, (id) => id === 'example-ai') } })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('lets example-ai have account.identity'),
    })
  })

  it('are broken by a gate that says no and lets callers through', async () => {
    const policy = policyWith('recipients-only')
    const { egress } = under(policy).gates
    const careless = { ...egress, require: () => ({ kind: 'own', host: 'x' }) as const }
    expect(await verify(policy, null, { gates: { egress: careless } })).toMatchObject(
      broken('the gate refuses a stranger and lets callers go on'),
    )
  })

  it('are broken by what was sent to others, or beyond', async () => {
    const policy = policyWith('recipients-only', [provider])
    await send(under(policy), { recipient: 'stranger' })
    await send(under(policy), { purpose: 'support', fields: [{ name: 'x', category: 'account.contact' }] })
    expect(await verify(policy)).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(/stranger, which the policy does not list.*sent account.contact.*data for support/),
    })
  })

  it('are broken when no guard is over connections, or a host was reached that no gate permitted', async () => {
    const policy = policyWith('recipients-only')
    expect(await verify(policy, null, { connections: createConnections(false) })).toMatchObject(
      broken('no guard is over the connections of this process'),
    )
    const { connections } = outwardOf(policy, null).parts
    const leaking = {
      ...connections,
      seen: () => ({ own: 1, outside: [{ host: 'x.example', reason: null, allowed: 2, refused: 0 }] }),
    }
    expect(await verify(policy, null, { connections: leaking })).toMatchObject(
      broken('x.example was connected to, which no gate permitted'),
    )
  })
})

describe('the fields of a recipient', () => {
  const policy = policyWith('recipient-fields', [narrow])
  const email = { name: 'email address', category: 'account.contact' } as const
  const sent = { recipient: 'narrow', name: 'Narrow Ltd', purpose: 'billing', fields: [email] } as const

  it('are unproven while no feature sends anything there, and kept when only they were sent', async () => {
    expect(await verify(policy)).toMatchObject({
      state: 'unproven',
      reason: 'no feature sends anything to Narrow Ltd yet',
    })
    await send(under(policy), sent)
    expect(await verify(policy)).toMatchObject({ state: 'kept' })
  })

  it('are broken by another field that was sent, and by a gate that would let one through', async () => {
    await send(under(policy), { ...sent, fields: [email, { name: 'phone', category: 'account.contact' }] })
    expect(await verify(policy)).toMatchObject({ state: 'broken', reason: 'narrow was sent “phone”' })
    await system.database.pool.query('truncate sending')
    const egress = lax(under(policy).gates.egress, () => true)
    expect(await verify(policy, null, { gates: { egress } })).toMatchObject({ state: 'broken' })
  })
})

describe('grounds of disclosure', () => {
  const of = (...grounds: string[]) =>
    policyWith('disclosure-kinds', [], [['disclosures: [legal-requirement]', `disclosures: [${grounds.join(', ')}]`]])

  it('wait for the features that disclose on them', async () => {
    expect(await verify(of('legal-requirement', 'business-transfer'))).toMatchObject({
      state: 'unproven',
      reason: 'not built yet: a business transfer',
    })
  })

  it('are broken by a record that takes any ground, that forgets, or that shows another one', async () => {
    const policy = of('safety')
    const real = under(policy).disclosures
    const { record } = real
    const careless = { ...real, record: async () => undefined }
    const reason = (text: string) => ({ state: 'broken', reason: expect.stringContaining(text) })
    expect(await verify(policy, null, { disclosures: careless })).toMatchObject(reason('business-transfer is taken'))
    const forgetful = {
      ...real,
      record: async (...[tx, all]: Parameters<typeof record>) =>
        record(
          tx,
          all.map((one) => ({ ...one, about: [] })),
        ),
    }
    expect(await verify(policy, null, { disclosures: forgetful })).toMatchObject(reason("not in the person's record"))
    await send(under(of('adviser')), { ground: 'adviser' })
    await system.database.pool.query('update sending set policy = $1', [policy.hash])
    expect(await verify(policy)).toMatchObject(reason('data left on the ground of adviser'))
  })
})

describe('regions', () => {
  const policy = policyWith('regions-only', [], [inRegions])

  it('are unproven where nobody says where this is, and kept in one of them', async () => {
    expect(await verify(policy)).toMatchObject({ state: 'unproven' })
    expect(await verify(policy, 'US')).toMatchObject({ state: 'kept' })
  })

  it('are checked by a refusal that says in the record that it was a probe', async () => {
    const recorded: string[] = []
    const placement = createPlacementGate(policy, 'US', (rule) => void recorded.push(rule))
    expect(await verify(policy, 'US', { gates: { placement } })).toMatchObject({ state: 'kept' })
    expect(recorded).toEqual(['probe: pin(US)'])
    expect(() => placement.require({ country: 'FR', pin: null, safeguard: null })).toThrow()
    expect(recorded.slice(1)).toEqual(['region(FR)'])
  })

  it('are broken by an installation elsewhere, a gate that follows another policy or no pin, and by data that went', async () => {
    expect(await verify(policy, 'FR')).toMatchObject({ state: 'broken' })
    const other = outwardOf(policyWith('regions-only', [], [['allowed: any', 'allowed: [US, BR]']]), 'US').gates
    expect(await verify(policy, 'US', { gates: { placement: other.placement } })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('takes BR'),
    })
    const { placement } = under(policy, 'US').gates
    expect(await verify(policy, 'US', { gates: { placement: { ...placement, require: () => null } } })).toMatchObject(
      broken('the gate refuses a place and lets callers go on'),
    )
    const pinless = { ...placement, judge: (one: never) => placement.judge({ ...(one as object), pin: null } as never) }
    expect(await verify(policy, 'US', { gates: { placement: pinless as never } })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('pinned to'),
    })
    await system.database.pool.query(
      "insert into organisation (id, sealed_name, created_at) values ('org_p', 'x', now())",
    )
    await system.database.pool.query("insert into organisation_pin values ('org_p', 'DE', null, now())")
    expect(await verify(policy, 'US')).toMatchObject(broken('1 of the pinned organisations are in US'))
    await system.database.pool.query("delete from organisation where id = 'org_p'")
    await send(under(policy, 'US'), { ground: 'legal-requirement', recipient: 'authority', country: null })
    expect(await verify(policy, 'US')).toMatchObject({ state: 'kept' })
    await send(under(policy, 'US'), { country: 'BR' })
    expect(await verify(policy, 'US')).toMatchObject({ state: 'broken', reason: 'data went to BR' })
  })
})

describe('pools of models', () => {
  const judging = (judgeIn: CheckedSystem['limits']['judgeIn']) => ({ limits: { ...system.limits, judgeIn } })
  const allowing = () => judging(async () => null)

  it('break the promise of a region when a server outside it answers a pinned organisation', async () => {
    const policy = policyWith('regions-only', [], [inRegions])
    expect(await verify(policy, 'US', allowing())).toMatchObject(
      broken('the request of an organisation that is pinned to US goes to outside of a pool'),
    )
  })

  it('break the promise to ask first when a company answers that was not accepted', async () => {
    const policy = policyWith('provider-named', [provider])
    expect(await verify(policy, 'US', allowing())).toMatchObject(
      broken(
        'a fallback goes to a company that the organisation has not accepted; a model of a company that the organisation has not accepted answers',
      ),
    )
    const never = judging(async (_tx, _id, { recipient }) =>
      recipient === null ? null : { kind: 'provider', provider: 'x', recipient },
    )
    expect(await verify(policy, 'US', never)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a company that was accepted gets no request'),
    })
  })
})

describe('transfers', () => {
  const policy = policyWith('transfers-recorded', [german], [inRegions])

  it('are kept when each border of the policy leaves a crossing with its safeguard', async () => {
    expect(await verify(policy, 'US')).toMatchObject({ state: 'kept', figure: expect.stringContaining('2 borders') })
    expect(await verify(policy, null)).toMatchObject({ state: 'unproven' })
  })

  it('are broken by a crossing that leaves nothing, or no safeguard', async () => {
    expect(
      await verify(policy, 'US', {
        disclosures: { ...under(policy, 'US').disclosures, record: async () => undefined },
      }),
    ).toMatchObject(
      broken(
        'a crossing to DE is not in the register; what is handed out to an authority in DE is not in the register',
      ),
    )
    const real = under(policy, 'US').disclosures
    const { record } = real
    const bare = {
      ...real,
      record: async (...[tx, all]: Parameters<typeof record>) =>
        record(
          tx,
          all.map((one) => ({ ...one, safeguard: null })),
        ),
    }
    expect(await verify(policy, 'US', { disclosures: bare })).toMatchObject({ state: 'broken' })
    await send(under(policy, 'US'), { country: 'DE' })
    expect(await verify(policy, 'US')).toMatchObject(broken('data went to Example Ltd in DE without a safeguard'))
  })

  it('are broken by a hand-out to an authority abroad of which nobody recorded where it went', async () => {
    const real = under(policy, 'US').disclosures
    const record: typeof real.record = (tx, all) =>
      real.record(
        tx,
        all.map((one) => (one.ground === 'legal-requirement' ? { ...one, country: null } : one)),
      )
    expect(await verify(policy, 'US', { disclosures: { ...real, record } })).toMatchObject(
      broken('what is handed out to an authority in DE is not in the register'),
    )
  })
})

describe('third-party providers', () => {
  const policy = policyWith('provider-named', [provider])
  const sending = {
    address: 'https://api.example.com',
    recipient: 'example-ai',
    purpose: 'provide',
    fields: promptFields,
  }
  const configured = async () => [{ what: 'model', name: 'big', sending } as const]
  const shown = (...providers: string[]) => ({ configured, shownModels: () => [{ id: 'big', providers }] }) as Changes
  const call = (id: string) =>
    system.database.pool.query(
      `insert into usage_event (id, at, organisation_id, project_id, key_id, model, served, provider, stream, outcome, status,
        prompt_tokens, completion_tokens, estimated, duration_ms, currency, prompt_micros_per_million, completion_micros_per_million, cost_micros)
       values ($1, now() + interval '1 hour', 'org_1', 'p', 'k', 'big', 'upstream', 'Example Ltd', false, 'completed', 200, 1, 1, false, 1, 'EUR', 0, 0, 0)`,
      [id],
    )

  it('are unproven while there are none, and kept by models that name them', async () => {
    expect(await verify(policy)).toMatchObject({ state: 'unproven' })
    expect(await verify(policy, null, shown('Example Ltd'))).toMatchObject({ state: 'kept' })
  })

  it('are broken by a model that names nobody, and by a call that is in no record', async () => {
    expect(await verify(policy, null, shown())).toMatchObject(
      broken('callers of big are not told that Example Ltd sees their requests'),
    )
    const day = new Date(Date.now() + 3_600_000)
    const name = day.toISOString().slice(0, 10)
    await system.database.pool.query(
      `create table if not exists usage_event_probe partition of usage_event for values from ('${name}') to ('${new Date(day.getTime() + 86_400_000).toISOString().slice(0, 10)}')`,
    )
    await call('a')
    expect(await verify(policy, null, shown('Example Ltd'))).toMatchObject(
      broken('1 calls went to Example Ltd, 0 are in the record of disclosures'),
    )
    await send(under(policy), { at: day, about: [{ kind: 'organisation', id: 'org_1' }] })
    expect(await verify(policy, null, shown('Example Ltd'))).toMatchObject({ state: 'kept' })
  })
})

describe('the air gap', () => {
  const policy = policyWith('air-gap')
  const call = async () => ({ status: 200, headers: {}, body: {} })
  const closed = () => {
    const connections = createConnections(true)
    connections.guarding(true)
    return connections
  }

  it('is unproven while it is off, kept when nobody outside can be reached and the API answers', async () => {
    expect(await verify(policy, null, { call })).toMatchObject({ state: 'unproven' })
    expect(await verify(policy, null, { call, connections: closed() })).toMatchObject({ state: 'kept' })
    expect(await verify(policy, null, { connections: closed() })).toMatchObject({ state: 'unproven' })
  })

  it('is broken by a way out', async () => {
    const open = { ...closed(), mayReach: () => true }
    expect(await verify(policy, null, { call, connections: open })).toMatchObject({ state: 'broken' })
    expect(await verify(policy, null, { call, connections: createConnections(true) })).toMatchObject({
      state: 'broken',
    })
  })
})

it('probes of what leaves leave nothing behind', async () => {
  for (const rule of ['disclosure-kinds', 'recipients-only', 'transfers-recorded'])
    await verify(
      policyWith(rule, [german], [inRegions, ['disclosures: [legal-requirement]', 'disclosures: [safety]']]),
      'US',
    )
  for (const table of ['sending', 'disclosure'])
    expect((await system.database.pool.query(`select 1 from ${table}`)).rows, table).toEqual([])
})
