import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createRightsWorld, operatorToken, password, type RightsWorld, type Somebody } from '../rights/test-rights.ts'
import { shippedPolicy } from '../test-system.ts'

let world: RightsWorld
let officer: ReturnType<RightsWorld['as']>
beforeAll(async () => {
  world = await createRightsWorld(dataMap, shippedPolicy('gmi-cloud'))
  const { database } = world.system
  const identity = world.system.identityOn(database)
  await database.transaction((tx) => identity.api.firstRun(tx, { email: 'op@example.org', password }))
  officer = world.as(operatorToken)
})
afterAll(() => world.close())

interface Choice {
  purpose: string
  choice: string
  used: boolean
  because: string
}
const usedBy = async (who: Somebody): Promise<string[]> => {
  const { body } = await who.send('GET', '/me/privacy/choices')
  return (body['purposes'] as Choice[]).filter(({ used }) => used).map(({ purpose }) => purpose)
}
const stop = (who: Somebody, purpose: 'marketing' | 'analytics' | 'communicate' | 'security') =>
  world.system.gates.purpose.stop(world.system.database.direct, who.id, purpose)
const decisions = async (): Promise<string[]> => {
  const { rows } = await world.system.database.pool.query<{ rule: string }>(
    "select rule from evidence_leaf where gate = 'purpose' order by sequence",
  )
  return rows.map(({ rule }) => rule)
}

describe('a consent', () => {
  it('withdrawn stops that purpose at once and no other, and what was said stays on record', async () => {
    const who = await world.join('Clara Consents')
    const before = await usedBy(who)
    expect(before).toContain('marketing')
    const { body } = await who.send('DELETE', '/me/privacy/consents/marketing')
    expect(body['purposes']).toContainEqual(
      expect.objectContaining({ purpose: 'marketing', used: false, because: 'the consent was withdrawn' }),
    )
    expect(await usedBy(who)).toEqual(before.filter((one) => one !== 'marketing'))
    expect(await stop(who, 'marketing')).toBe('consent withdrawn')
    await who.send('POST', '/me/privacy/consents/marketing')
    expect(await usedBy(who)).toEqual(before)
    expect((await who.send('GET', '/me/privacy/consents')).body['items']).toMatchObject([
      { purpose: 'marketing', state: 'withdrawn', how: 'api', recordedBy: null, supersededAt: expect.any(String) },
      { purpose: 'marketing', state: 'given', policy: 'gmi-cloud', policyVersion: '1.0.0', supersededAt: null },
    ])
    expect(await decisions()).toEqual(
      expect.arrayContaining(['consent(marketing, withdrawn)', 'consent(marketing, given)']),
    )
  })

  it('said twice, or by two requests at once, is one word', async () => {
    const who = await world.join('Tom Twice')
    const both = await Promise.all([1, 2, 3].map(() => who.send('DELETE', '/me/privacy/consents/analytics')))
    expect(both.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await who.send('GET', '/me/privacy/consents')).body['items']).toMatchObject([{ purpose: 'analytics' }])
  })

  it('is refused for a purpose that rests on none, with the reason', async () => {
    const who = await world.join('Bill Basis')
    expect(await who.send('DELETE', '/me/privacy/consents/billing')).toMatchObject({
      status: 409,
      body: { code: 'choice_not_open', detail: expect.stringContaining('its basis is the contract') },
    })
    expect((await who.send('POST', '/me/privacy/consents/telepathy')).body['detail']).toBe(
      'There is no purpose telepathy.',
    )
  })

  it('can be written down by an officer for a person, who sees by whom', async () => {
    const who = await world.join('Otto Offline')
    const path = `/privacy/people/${encodeURIComponent(who.email)}/consents/analytics`
    expect((await officer('DELETE', path)).status).toBe(200)
    expect((await who.send('GET', '/me/privacy/consents')).body['items']).toMatchObject([
      { state: 'withdrawn', how: 'officer', recordedBy: expect.any(String) },
    ])
    expect(await stop(who, 'analytics')).toBe('consent withdrawn')
    expect((await who.send('DELETE', path)).body['code']).toBe('forbidden')
    expect((await officer('GET', '/privacy/people/nobody@example.org/choices')).body['code']).toBe('not_found')
  })
})

describe('a restriction', () => {
  it('stops every purpose but claims and security until it is lifted, and is on the list of requests', async () => {
    const who = await world.join('Rita Restricts')
    const before = await usedBy(who)
    const { body } = await who.send('POST', '/me/privacy/restriction', { ground: 'accuracy' })
    expect(body['restriction']).toMatchObject({ ground: 'accuracy' })
    expect(await usedBy(who)).toEqual(['security', 'legal'])
    expect(await stop(who, 'communicate')).toBe('restricted')
    await who.send('POST', '/me/privacy/restriction', {})
    expect((await who.send('GET', '/me/requests')).body['items']).toMatchObject([
      { kind: 'restriction', state: 'done' },
    ])
    expect((await who.send('DELETE', '/me/privacy/restriction')).body['restriction']).toBeNull()
    expect(await usedBy(who)).toEqual(before)
  })

  it('can be placed and lifted by an officer, by id or address', async () => {
    const who = await world.join('Olga Officer')
    const placed = await officer('POST', `/privacy/people/${who.id}/restriction`, { ground: 'unlawful' })
    expect(placed.body).toMatchObject({ personId: who.id, restriction: { ground: 'unlawful' } })
    expect(await usedBy(who)).toEqual(['security', 'legal'])
    await officer('DELETE', `/privacy/people/${encodeURIComponent(who.email)}/restriction`)
    expect((await usedBy(who)).length).toBeGreaterThan(5)
  })
})

describe('an objection', () => {
  it('to a purpose of the contract, of the law, of security, or that waits for consent is refused with the reason', async () => {
    const who = await world.join('Ida Impossible')
    const detail = async (purpose: string) =>
      (await who.send('POST', `/me/privacy/objections/${purpose}`)).body['detail']
    expect(await detail('provide')).toContain('its basis is the contract')
    expect(await detail('legal')).toContain('law demands it')
    expect(await detail('security')).toContain('could not be protected')
    expect(await detail('marketing')).toContain('withdraw that instead')
    expect((await who.send('GET', '/me/requests')).body['items']).toEqual([])
  })

  it('stops the purpose for that person alone, until it is taken back', async () => {
    const free = await createRightsWorld(dataMap, shippedPolicy('ozekai'))
    try {
      const [who, other] = [await free.join('Ora Objects'), await free.join('Olaf Other')]
      expect((await who.send('POST', '/me/privacy/objections/analytics')).status).toBe(200)
      const gate = free.system.gates.purpose
      const { direct } = free.system.database
      expect(await gate.stop(direct, who.id, 'analytics')).toBe('objected')
      expect(await gate.leftOut(direct, [who.id, other.id], 'analytics')).toEqual(new Set([who.id]))
      expect(await gate.stop(direct, who.id, 'communicate')).toBeNull()
      expect((await who.send('GET', '/me/requests')).body['items']).toMatchObject([{ kind: 'objection' }])
      await who.send('DELETE', '/me/privacy/objections/analytics')
      expect(await gate.stop(direct, who.id, 'analytics')).toBeNull()
    } finally {
      await free.close()
    }
  })
})

describe('a policy without a right', () => {
  it('refuses it and says so', async () => {
    const { rights, ...rest } = world.system.policy.source
    const { restriction, ...others } = rights
    const policy = { ...world.system.policy, source: { ...rest, rights: others } }
    const poor = await createRightsWorld(dataMap, policy)
    try {
      const who = await poor.join('Petra Poor')
      expect(await who.send('POST', '/me/privacy/restriction', {})).toMatchObject({
        status: 403,
        body: { code: 'policy_refused', detail: expect.stringContaining('no right of restriction') },
      })
      expect(restriction).toBeDefined()
    } finally {
      await poor.close()
    }
  })
})

it('what was said is exported with the person and erased with them', async () => {
  const who = await world.join('Erna Erased')
  await who.send('DELETE', '/me/privacy/consents/marketing')
  await who.send('POST', '/me/privacy/restriction', {})
  const { body } = await who.send('GET', '/me/data')
  const held = (body['categories'] as { held: string[] }[]).flatMap((one) => one.held)
  expect(held).toEqual(expect.arrayContaining(['consent_record.state', 'subject_standing.kind']))
  const { id } = await world.ask(who)
  expect(await world.erase(id)).toBe('done')
  expect(await world.search(who.id)).toEqual({})
})
