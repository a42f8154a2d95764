import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import { createRightsWorld, operatorToken, password, type RightsWorld, type Somebody } from './test-rights.ts'

let world: RightsWorld
let operator: ReturnType<RightsWorld['as']>
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
  const first = { email: 'op@example.org', password }
  const { database } = world.system
  const identity = world.system.identityOn(database)
  await database.transaction((tx) => identity.api.firstRun(tx, first))
  operator = world.as(operatorToken)
})
afterAll(() => world.close())

const key = (who: Somebody, name: string) => who.send('POST', `/projects/${who.projectId}/keys`, { name })
const usage = (who: Somebody) =>
  world.system.database.pool.query(
    `insert into usage_hour values (now(), $1, $2, 'key', 'tiny', 'EUR', 3, 0, 10, 10, 42)`,
    [who.organisationId, who.projectId],
  )

describe('an erased person', () => {
  it('is found in no table, under no name, address or id, while others and the amounts stay', async () => {
    const gone = await world.join('Zephyrine Canary')
    const other = await world.join('Otto Stays')
    await key(gone, 'Zephyrine laptop')
    await key(other, 'Otto laptop')
    await usage(gone)
    await gone.send('POST', '/me/password', { currentPassword: 'wrong but long enough', newPassword: password })
    const before = await world.search('Otto')
    const { id } = await world.ask(gone)
    expect(Object.keys(await world.search('Zephyrine')).length).toBeGreaterThan(3)
    expect(await world.erase(id)).toBe('done')
    expect(await world.search('Zephyrine')).toEqual({})
    expect(await world.search('zephyrine.canary')).toEqual({})
    expect(await world.search(gone.id)).toEqual({})
    expect(await world.search(gone.organisationId)).toEqual({ usage_hour: 1 })
    expect(await world.search('Otto')).toEqual(before)
    expect((await other.send('GET', '/me')).status).toBe(200)
    const { rows } = await world.system.database.pool.query(
      'select cost_picos from usage_hour where organisation_id = $1',
      [gone.organisationId],
    )
    expect(rows).toEqual([{ cost_picos: '42' }])
  })

  it('loses access at once, and their keys are revoked', async () => {
    const gone = await world.join('Ada Leaves')
    const secret = String((await key(gone, 'laptop')).body['secret'])
    const { id } = await world.ask(gone)
    const { keyDirectory } = world.system.identityOn(world.system.database).api
    expect((await keyDirectory.find(secret))?.state).toBe('active')
    await world.erase(id)
    expect((await gone.send('GET', '/me')).status).toBe(401)
    expect(await keyDirectory.find(secret)).toBeNull()
  })

  it('leaves an organisation that others own as it was, without the person in it', async () => {
    const owner = await world.join('Olga Owner')
    const gone = await world.join('Mila Member')
    await world.invite(owner, gone, 'owner')
    const made = await gone.send('POST', `/projects/${owner.projectId}/keys`, { name: 'shared' })
    expect(made.status).toBe(201)
    const { id } = await world.ask(gone)
    expect(await world.erase(id)).toBe('done')
    const members = await owner.send('GET', `/organisations/${owner.organisationId}/members`)
    expect(members.body['items']).toMatchObject([{ email: owner.email }])
    const keys = await owner.send('GET', `/projects/${owner.projectId}/keys`)
    expect(keys.body['items']).toMatchObject([{ name: 'shared', state: 'active', createdBy: null }])
    expect(await world.search('mila.member')).toEqual({})
  })

  it('who owned an organisation alone closes it, and what its other members are stays theirs', async () => {
    const gone = await world.join('Sole Sonja')
    const member = await world.join('Ben Behind')
    await world.invite(gone, member, 'member')
    const secret = String((await key(gone, 'shared')).body['secret'])
    const { id } = await world.ask(gone)
    expect(await world.erase(id)).toBe('done')
    expect(await world.search('Sonja')).toEqual({})
    expect((await member.send('GET', `/organisations/${gone.organisationId}`)).status).toBe(404)
    const { keyDirectory } = world.system.identityOn(world.system.database).api
    expect((await keyDirectory.find(secret))?.state).toBe('revoked')
    expect((await member.send('GET', '/me')).body['email']).toBe(member.email)
  })

  it('may come back with the same address as somebody new, whose mail is not touched', async () => {
    const first = await world.join('Rita Returns')
    const { id } = await world.ask(first)
    const { database } = world.system
    const { erasureGate } = world.rights
    let second: Somebody | undefined
    const slow = {
      ...erasureGate,
      eraseBatch: async (...given: Parameters<typeof erasureGate.eraseBatch>) => {
        if (given[1] === 'mail_outbox' && second === undefined) second = await world.join('Rita Returns')
        return erasureGate.eraseBatch(...given)
      },
    }
    const { erasePerson } = await import('./index.ts')
    expect(await erasePerson({ ...world.rights, erasureGate: slow }, id)).toBe('done')
    expect(second?.id).not.toBe(first.id)
    expect((await second?.send('GET', '/me'))?.status).toBe(200)
    const { rows } = await database.pool.query('select kind from mail_outbox where recipient_index = $1', [
      addressIndex(world.system.vault, first.email),
    ])
    expect(rows).toEqual([{ kind: 'verify-email' }])
    expect(await world.search(first.id)).toEqual({})
  })
})

describe('a request', () => {
  it('asks for the password, and for a code where there is one', async () => {
    const who = await world.join('Paul Password')
    expect(await world.requestErasure(who, { password: 'not the right one' })).toMatchObject({
      status: 401,
      body: { code: 'wrong_credentials' },
    })
    await who.send('POST', '/me/totp', { password })
    await world.system.database.pool.query('update second_factor set confirmed_at = now() where person_id = $1', [
      who.id,
    ])
    expect((await world.requestErasure(who)).body['code']).toBe('second_factor_required')
    expect((await world.requestErasure(who, { code: '000000' })).body['code']).toBe('wrong_code')
    expect((await who.send('GET', '/me/requests')).body['items']).toEqual([])
  })

  it('waits three days, in which it can be cancelled', async () => {
    const who = await world.join('Clara Cancels')
    const asked = await world.requestErasure(who)
    const { id, askedAt, startsAt } = asked.body as { id: string; askedAt: string; startsAt: string }
    expect(new Date(startsAt).getTime() - new Date(askedAt).getTime()).toBe(3 * 86_400_000)
    expect(await world.erase(id)).toBe('not yet')
    expect((await who.send('GET', '/me')).status).toBe(200)
    expect(await who.send('POST', '/me/erasure/cancel')).toMatchObject({ status: 200, body: { state: 'cancelled' } })
    expect((await who.send('POST', '/me/erasure/cancel')).status).toBe(404)
    world.clock.advance(4 * 86_400_000)
    expect(await world.erase(id)).toBe('not yet')
    expect((await world.search('clara.cancels'))['person']).toBe(1)
  })

  it('beyond the deadline of the policy, or asked twice, is refused', async () => {
    const who = await world.join('Tom Twice')
    expect((await world.requestErasure(who, { delay: 'P31D' })).body['code']).toBe('invalid_request')
    expect((await world.requestErasure(who, { delay: '3 days' })).body['code']).toBe('invalid_request')
    await world.ask(who)
    expect((await world.requestErasure(who)).body['code']).toBe('conflict')
  })

  it('of the last operator is refused', async () => {
    expect(await world.requestErasure({ send: operator })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('needs an operator') },
    })
  })
})

describe('a receipt', () => {
  it('needs no account, and its salt opens what the evidence log says', async () => {
    const gone = await world.join('Rosa Receipt')
    const { id, token } = await world.ask(gone)
    const path = `/privacy/receipts/${token}`
    expect((await world.as()('GET', path)).body).toMatchObject({ state: 'waiting', proof: null })
    await world.erase(id)
    const { body } = await world.as()('GET', path)
    const { commitment, salt, proof } = body as { commitment: string; salt: string; proof: string }
    expect(body).toMatchObject({ state: 'done', finishedAt: expect.any(String) })
    expect(createHash('sha256').update(`${salt}\n${gone.email}`).digest('hex')).toBe(commitment)
    const leaf = /^extra (.*)$/m.exec(proof)?.[1] ?? ''
    expect(JSON.parse(Buffer.from(leaf, 'base64').toString())).toMatchObject({
      gate: 'erasure',
      decision: 'done',
      commitment,
    })
    expect(await world.search(salt)).toEqual({})
    expect((await world.as()('GET', '/privacy/receipts/guessed')).status).toBe(404)
  })
})

describe('two erasures at once', () => {
  it('of one person are one; of two who share an organisation both end', async () => {
    const [a, b] = [await world.join('Anna Atonce'), await world.join('Bert Atonce')]
    await world.invite(a, b, 'owner')
    const [first, second] = [await world.ask(a), await world.ask(b)]
    const ends = await Promise.all([world.erase(first.id), world.erase(second.id), world.erase(first.id)])
    expect(ends).toEqual(['done', 'done', 'done'])
    expect(await world.search('Atonce')).toEqual({})
    const { rows } = await world.system.database.pool.query(
      "select count(*)::int as n from evidence_leaf where gate = 'erasure' and commitment = (select commitment from rights_request where id = $1)",
      [first.id],
    )
    expect(rows).toEqual([{ n: 1 }])
  })
})

describe('a legal hold', () => {
  const place = (who: Somebody, more: object = {}) =>
    operator('POST', '/privacy/holds', { scope: 'person', subjectId: who.email, ground: 'dispute', ...more })

  it('keeps what it covers and nothing else; its release lets the erasure end', async () => {
    const who = await world.join('Hilda Held')
    await key(who, 'Hilda laptop')
    const hold = await place(who, { categories: ['security.log'], reference: 'case 7' })
    expect(hold).toMatchObject({ status: 201, body: { active: true, categories: ['security.log'] } })
    const { id, token } = await world.ask(who)
    expect(await world.erase(id)).toBe('held')
    const left = await world.search(who.id)
    expect(Object.keys(left).sort()).toEqual([
      'legal_hold',
      'person',
      'rights_request',
      'security_event',
      'vault.data_key',
    ])
    expect((await world.search('Hilda laptop'))['api_key']).toBeUndefined()
    expect((await who.send('GET', '/me')).status).toBe(401)
    expect((await world.as()('GET', `/privacy/receipts/${token}`)).body['state']).toBe('held')
    expect((await operator('POST', `/privacy/holds/${String(hold.body['id'])}/release`, {})).status).toBe(200)
    expect(await world.erase(id)).toBe('done')
    expect(await world.search('hilda.held')).toEqual({})
  })

  it('on a person keeps the organisations that would go with them, with all that is in them', async () => {
    const who = await world.join('Olga Owner')
    await key(who, 'Olga laptop')
    const hold = await place(who)
    const before = Object.keys(await world.search(who.organisationId)).sort()
    expect(before).toEqual(expect.arrayContaining(['organisation', 'project', 'api_key', 'membership']))
    const { id } = await world.ask(who)
    expect(await world.erase(id)).toBe('held')
    const after = Object.keys(await world.search(who.organisationId))
    expect(before.filter((table) => !after.includes(table))).toEqual([])
    expect((await operator('POST', `/privacy/holds/${String(hold.body['id'])}/release`, {})).status).toBe(200)
    expect(await world.erase(id)).toBe('done')
    expect((await world.search(who.organisationId))['project']).toBeUndefined()
  })

  it('placed while an erasure runs stops the rest of it', async () => {
    const who = await world.join('Dora During')
    const { id } = await world.ask(who)
    const { erasureGate } = world.rights
    let placed = 0
    const interrupted = {
      ...erasureGate,
      eraseBatch: async (...given: Parameters<typeof erasureGate.eraseBatch>) => {
        // The first of the tables that go last: nothing is destroyed in this transaction yet, so the hold does not wait.
        if (['organisation', 'person'].includes(given[1]) && placed === 0) {
          placed = (await place({ ...who, email: who.id })).status
        }
        return erasureGate.eraseBatch(...given)
      },
    }
    const { erasePerson } = await import('./index.ts')
    const outcome = erasePerson({ ...world.rights, erasureGate: interrupted }, id)
    expect(await outcome).toBe('held')
    expect(placed).toBe(201)
    expect((await world.search('dora.during'))['person']).toBe(1)
  })

  it('is placed by staff only, with a meaning, and is listed', async () => {
    const who = await world.join('Nina Nobody')
    expect((await who.send('POST', '/privacy/holds', { scope: 'everyone', ground: 'mine' })).status).toBe(403)
    expect((await operator('POST', '/privacy/holds', { scope: 'person', ground: 'for whom' })).status).toBe(400)
    expect((await place(who, { categories: ['shoe.size'] })).status).toBe(400)
    expect((await place(who, { endsAt: '2020-01-01T00:00:00.000Z' })).status).toBe(400)
    const hold = await place(who)
    const listed = await operator('GET', '/privacy/holds?limit=1')
    expect(listed.body['items']).toMatchObject([{ id: hold.body['id'], ground: 'dispute' }])
    const path = `/privacy/holds/${String(hold.body['id'])}/release`
    expect((await operator('POST', path, {})).body['active']).toBe(false)
    expect((await operator('POST', path, {})).status).toBe(409)
  })
})
