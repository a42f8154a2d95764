import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { listMail } from '../../../platform/mail/index.ts'
import {
  createRightsWorld,
  operatorToken,
  password,
  type RightsWorld,
  type Send,
  type Somebody,
} from './test-rights.ts'

let world: RightsWorld
let operator: Send
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
  const { database } = world.system
  const identity = world.system.identityOn(database)
  await database.transaction((tx) => identity.api.firstRun(tx, { email: 'op@example.org', password }))
  operator = world.as(operatorToken)
})
afterAll(() => world.close())

const ask = async (who: Somebody) =>
  String((await who.send('POST', '/me/requests', { kind: 'access', details: 'Who saw my data?' })).body['id'])
const mails = (who: Somebody) =>
  listMail(world.system.database.direct, world.system.vault, { to: who.email, kind: 'rights', limit: 9 })

describe('a preview', () => {
  it('says what goes, what stays and why, and asks for nothing', async () => {
    const who = await world.join('Petra Preview')
    const { body } = await who.send('GET', '/me/erasure/preview')
    expect(body).toMatchObject({ delay: 'P3D', deadline: 'P30D', held: false, blocked: null })
    expect(body['irreversible']).toContain('cannot be undone')
    expect(body['removed']).toContainEqual({ table: 'session', what: expect.stringMatching(/^[A-Z].* /), rows: 1 })
    expect(body['kept']).toContainEqual(
      expect.objectContaining({ table: 'security_event', how: 'without the person', why: expect.any(String) }),
    )
    const kept = body['kept'] as { table: string; rows: number }[]
    expect(kept.find(({ table }) => table === 'usage_hour')?.rows).toBe(0)
    expect(kept.find(({ table }) => table === 'security_event')?.rows).toBeGreaterThan(0)
    expect(body['organisations']).toMatchObject([{ id: who.organisationId, fate: 'erased', otherMembers: 0 }])
    expect((await who.send('GET', '/me/requests')).body['items']).toEqual([])
  })

  it('must be seen as it is now, and an organisation that others are in be handed over or closed', async () => {
    const [owner, member] = [await world.join('Olivia Owns'), await world.join('Mark Member')]
    const before = (await owner.send('GET', '/me/erasure/preview')).body['confirmation']
    await world.invite(owner, member, 'member')
    expect(await world.requestErasure(owner, { confirmation: before })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('not what you were shown') },
    })
    expect(await world.requestErasure(owner, { closeOrganisations: [] })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(owner.organisationId) },
    })
    await owner.send('PATCH', `/organisations/${owner.organisationId}/members/${member.id}`, { role: 'owner' })
    expect((await world.requestErasure(owner, { closeOrganisations: [] })).status).toBe(202)
  })
})

describe('a request that a person answers', () => {
  it('is answered, and the one who asked reads the answer and gets a mail', async () => {
    const who = await world.join('Anton Asks')
    const id = await ask(who)
    const listed = await operator('GET', `/privacy/requests?open=true&kind=access&personId=${who.id}`)
    expect(listed.body['items']).toMatchObject([{ id, verified: 'session', handledBy: null }])
    expect((await operator('GET', `/privacy/requests/${id}`)).body).toMatchObject({ details: 'Who saw my data?' })
    const done = await operator('POST', `/privacy/requests/${id}/complete`, { answer: 'Nobody but you.' })
    expect(done.body).toMatchObject({ state: 'done', answer: 'Nobody but you.' })
    expect((await who.send('GET', `/me/requests/${id}`)).body).toMatchObject({ answer: 'Nobody but you.' })
    expect((await mails(who))[0]?.text).toContain('Nobody but you.')
    expect((await operator('POST', `/privacy/requests/${id}/complete`, { answer: 'Again' })).status).toBe(409)
    expect((await operator('GET', `/privacy/requests?open=true&personId=${who.id}`)).body['items']).toEqual([])
  })

  it('of somebody else looks like none', async () => {
    const [who, other] = [await world.join('Ines Private'), await world.join('Curt Curious')]
    const id = await ask(who)
    expect((await other.send('GET', `/me/requests/${id}`)).status).toBe(404)
    expect((await other.send('POST', `/me/requests/${id}/appeal`, { details: 'mine' })).status).toBe(404)
    expect((await other.send('GET', `/privacy/requests/${id}`)).status).toBe(403)
  })

  it('loses its words when its person is erased', async () => {
    const who = await world.join('Wilma Words')
    await ask(who)
    const { id } = await world.ask(who)
    expect(await world.erase(id)).toBe('done')
    const { rows } = await world.system.database.pool.query(
      "select sealed_details from rights_request where kind = 'access' and person_id is null",
    )
    expect(rows).toEqual([{ sealed_details: null }])
  })

  it('is closed by the erasure of the one who asked, also while a hold keeps a part of them', async () => {
    const who = await world.join('Clara Closed')
    const open = await ask(who)
    const answered = await ask(who)
    await operator('POST', `/privacy/requests/${answered}/complete`, { answer: 'Nobody.' })
    const hold = { scope: 'person', subjectId: who.email, ground: 'dispute', categories: ['security.log'] }
    await operator('POST', '/privacy/holds', hold)
    const { id } = await world.ask(who)
    expect(await world.erase(id)).toBe('held')
    const shown = await operator('GET', `/privacy/requests/${open}`)
    expect(shown.body).toMatchObject({ state: 'cancelled', closedBecause: 'person-erased' })
    expect(shown.body['finishedAt']).not.toBeNull()
    expect((await operator('GET', `/privacy/requests/${answered}`)).body).toMatchObject({
      state: 'done',
      closedBecause: null,
    })
    world.clock.advance(40 * 86_400_000)
    const late = await operator('GET', `/privacy/requests?open=true&kind=access&personId=${who.id}`)
    expect(late.body['items']).toEqual([])
  })

  it('waits for a new answer when an appeal is granted, and says so beside the reason of the refusal', async () => {
    const who = await world.join('Gerd Granted')
    const id = await ask(who)
    await operator('POST', `/privacy/requests/${id}/deny`, { ground: 'excessive', reason: 'Asked too often.' })
    const appeal = await who.send('POST', `/me/requests/${id}/appeal`, { details: 'It was once.' })
    await world.system.database.pool.query('update rights_request set handled_by = null where id = $1', [id])
    await operator('POST', `/privacy/requests/${String(appeal.body['id'])}/complete`, { answer: 'Right.' })
    const path = `/me/requests/${id}`
    expect((await who.send('GET', path)).body).toMatchObject({
      state: 'waiting',
      answer: null,
      refusal: 'Asked too often.',
      appealGrantedAt: expect.any(String),
    })
    await operator('POST', `/privacy/requests/${id}/complete`, { answer: 'Nobody saw it.' })
    expect((await who.send('GET', path)).body).toMatchObject({
      state: 'done',
      answer: 'Nobody saw it.',
      refusal: 'Asked too often.',
    })
  })

  it('that was refused is appealed against once; a refused erasure begins anew when that is granted', async () => {
    const who = await world.join('Rufus Refused')
    const { id } = await world.ask(who)
    const refusal = { ground: 'law-requires-it', reason: 'A court asked for it.' }
    const denied = await operator('POST', `/privacy/requests/${id}/deny`, refusal)
    expect(denied.body).toMatchObject({
      state: 'denied',
      denialGround: 'law-requires-it',
      appealPath: expect.any(String),
    })
    expect(await world.erase(id)).toBe('not yet')
    const appeal = await who.send('POST', `/me/requests/${id}/appeal`, { details: 'There is no court.' })
    expect(appeal).toMatchObject({ status: 201, body: { kind: 'appeal', appealOf: id } })
    expect((await who.send('POST', `/me/requests/${id}/appeal`, { details: 'And again.' })).status).toBe(409)
    const appealPath = `/privacy/requests/${String(appeal.body['id'])}/complete`
    expect(await operator('POST', appealPath, { answer: 'Granted.' })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('another person') },
    })
    await world.system.database.pool.query('update rights_request set handled_by = null where id = $1', [id])
    expect((await operator('POST', appealPath, { answer: 'Granted.' })).status).toBe(200)
    world.clock.advance(4 * 86_400_000)
    expect(await world.erase(id)).toBe('done')
    expect(await world.search('rufus.refused')).toEqual({})
  })
})

describe('an officer', () => {
  it('opens an erasure for a person who asked by letter; the person is told and can cancel', async () => {
    const who = await world.join('Lena Letter')
    const body = { person: who.email, kind: 'erasure', verified: 'identity-document', details: 'Letter of 3 May' }
    const opened = await operator('POST', '/privacy/requests', body)
    expect(opened).toMatchObject({
      status: 201,
      body: { verified: 'identity-document', handledBy: expect.any(String) },
    })
    expect(opened.body).not.toHaveProperty('receiptToken')
    expect((await mails(who))[0]).toMatchObject({ subject: 'Your erasure was asked for' })
    expect((await operator('POST', '/privacy/requests', body)).status).toBe(409)
    expect((await who.send('POST', '/me/erasure/cancel')).body).toMatchObject({ state: 'cancelled' })
  })

  it('does not open one for nobody, unverified, or against others in an organisation', async () => {
    const [owner, member] = [await world.join('Sole Sven'), await world.join('Mia Member')]
    await world.invite(owner, member, 'member')
    const body = { person: owner.email, kind: 'erasure', verified: 'in-person', details: 'At the desk' }
    expect((await operator('POST', '/privacy/requests', { ...body, person: 'no@example.org' })).status).toBe(404)
    expect((await operator('POST', '/privacy/requests', { ...body, verified: 'session' })).status).toBe(400)
    expect((await operator('POST', '/privacy/requests', body)).body['detail']).toContain(owner.organisationId)
    expect((await member.send('POST', '/privacy/requests', body)).status).toBe(403)
  })

  it('who is erased leaves the requests that they handled to those who asked', async () => {
    const [who, officer] = [await world.join('Willi Waits'), await world.join('Oskar Officer')]
    const id = await ask(who)
    await world.system.database.pool.query('update rights_request set handled_by = $1 where id = $2', [officer.id, id])
    const exported = await world.exportOf(officer)
    expect(exported).toContain(id)
    expect(exported).not.toContain(who.id)
    const erasure = await world.ask(officer)
    expect(await world.erase(erasure.id)).toBe('done')
    expect((await who.send('GET', `/me/requests/${id}`)).body).toMatchObject({ details: 'Who saw my data?' })
  })
})
