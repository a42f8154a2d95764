import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { authorityRequestEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { insertRequest } from '../rights/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { authorityRequestRoutes } from './index.ts'

const dayMs = 86_400_000
let office: Office
let first: Somebody
let second: Somebody
beforeAll(async () => {
  office = await createOffice(dataMap, (deps) => ({
    routes: authorityRequestRoutes(deps),
    endpoints: Object.values(authorityRequestEndpoints),
  }))
  first = await office.hire('Olga Officer', 'privacy-officer')
  second = await office.hire('Otto Operator', 'operator')
})
afterAll(() => office.close())

const asked = ['account.identity', 'account.contact']
const record = (subjectId: string, more: object = {}) =>
  first.send('POST', '/privacy/authority-requests', {
    authority: 'Court of Testland',
    country: 'DE',
    legalBasis: 'Code of procedure, section 7; order 12/26',
    subjectKind: 'person',
    subjectId,
    categories: asked,
    ...more,
  })
const step = (who: Somebody, id: unknown, name: string, body: object = {}) =>
  who.send('POST', `/privacy/authority-requests/${id}/${name}`, body)
const later = (days = 30) => new Date(office.clock.nowMs() + days * dayMs).toISOString()
const contents = (archive: unknown) => gunzipSync(Buffer.from(String(archive), 'base64')).toString('latin1')
/** A request that a second person approved. */
const approved = async (subjectId: string, categories = ['account.contact']) => {
  const { id } = (await record(subjectId)).body
  await step(first, id, 'prepare', { categories, note: 'the order names the address only' })
  await step(second, id, 'review', { decision: 'approved', reason: 'the order is valid' })
  return id
}

describe('a request of an authority', () => {
  it('is recorded with what it asks for, by officers only, and nothing leaves by that', async () => {
    const ada = await office.join('Ada Asked')
    const made = await record(ada.email, { reference: 'AZ 12/26', dueAt: later() })
    expect(made).toMatchObject({
      status: 201,
      body: {
        state: 'received',
        subjectId: ada.id,
        asked,
        proposed: null,
        recordedBy: first.id,
        reference: 'AZ 12/26',
      },
    })
    expect((await ada.send('POST', '/privacy/authority-requests', {})).status).toBe(403)
    const support = await office.hire('Sam Support', 'support')
    expect((await support.send('GET', '/privacy/authority-requests')).status).toBe(403)
    const { id } = made.body
    expect(await step(first, id, 'hand-out')).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(await office.search('Court of Testland')).toMatchObject({ authority_request: 1 })
    const { rows } = await office.system.database.pool.query('select * from authority_request')
    expect(JSON.stringify(rows)).not.toContain('Testland')
  })

  it('is refused with what to do where it makes no sense', async () => {
    expect(await record('nobody@example.org')).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('Answer the authority that nothing is held') },
    })
    const ada = await office.join('Ada Sense')
    expect(await record(ada.id, { categories: ['account.shoe-size'] })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'categories', message: 'nothing is held under account.shoe-size' }] },
    })
    expect((await record('org_none', { subjectKind: 'organisation' })).status).toBe(404)
  })

  it('cannot be prepared beyond what was asked, nor approved beyond what was prepared', async () => {
    const ada = await office.join('Ada Narrow')
    const { id } = (await record(ada.id)).body
    const wide = { categories: ['account.contact', 'security.log'], note: 'all of it' }
    expect((await step(first, id, 'prepare', wide)).status).toBe(400)
    await step(first, id, 'prepare', { categories: asked, note: 'both' })
    const narrow = (categories: string[]) =>
      step(second, id, 'review', { decision: 'narrowed', reason: 'the order names the name only', categories })
    expect((await narrow(['security.log'])).status).toBe(400)
    expect((await narrow(asked)).body).toMatchObject({ detail: expect.stringContaining('approve it') })
    expect((await narrow(['account.identity'])).body).toMatchObject({
      decision: 'narrowed',
      approved: ['account.identity'],
    })
  })

  it('is not reviewed by who prepared it', async () => {
    const ada = await office.join('Ada Second')
    const { id } = (await record(ada.id)).body
    await step(first, id, 'prepare', { categories: asked, note: 'both' })
    const review = { decision: 'approved', reason: 'looks right to me' }
    expect(await step(first, id, 'review', review)).toMatchObject({
      status: 403,
      body: { code: 'second_person_needed' },
    })
    expect((await step(second, id, 'review', review)).status).toBe(200)
    expect((await step(second, id, 'review', review)).status).toBe(409)
  })

  it('that was refused hands out nothing', async () => {
    const ada = await office.join('Ada Refused')
    const { id } = (await record(ada.id)).body
    await step(first, id, 'prepare', { categories: asked, note: 'both' })
    await step(second, id, 'review', { decision: 'refused', reason: 'no such law' })
    await step(first, id, 'tell')
    expect((await step(first, id, 'hand-out')).status).toBe(409)
    expect((await step(first, id, 'close')).body).toMatchObject({ state: 'closed', packageSha256: null })
  })
})

describe('the package', () => {
  it('holds the approved categories of that person and nothing else, once', async () => {
    const ada = await office.join('Ada Package')
    const other = await office.join('Ben Beside')
    const id = await approved(ada.id)
    await step(first, id, 'tell')
    const out = await step(first, id, 'hand-out')
    expect(out).toMatchObject({ status: 200, body: { state: 'handed-out', handedOutBy: first.id } })
    const archive = Buffer.from(String(out.body['archive']), 'base64')
    expect(out.body['packageSha256']).toBe(createHash('sha256').update(archive).digest('hex'))
    const text = contents(out.body['archive'])
    expect(text).toContain(ada.email)
    expect(text).not.toContain('Ada Package')
    expect(text).not.toContain(other.email)
    expect(text).not.toContain('password')
    expect((await step(first, id, 'hand-out')).status).toBe(409)
    expect((await step(second, id, 'close')).body).toMatchObject({ state: 'closed' })
  })

  it('of an organisation holds what is the organisation’s', async () => {
    const owner = await office.join('Olaf Owner')
    const { id } = (
      await record(owner.organisationId, { subjectKind: 'organisation', categories: ['account.organisation'] })
    ).body
    await step(first, id, 'prepare', { categories: ['account.organisation'], note: 'its name' })
    await step(second, id, 'review', { decision: 'approved', reason: 'the order is valid' })
    await step(first, id, 'tell')
    const out = await step(first, id, 'hand-out')
    expect(contents(out.body['archive'])).toContain('Olaf Owner’s organisation'.slice(0, 10))
    const told = await owner.send('GET', `/organisations/${owner.organisationId}/authority-requests`)
    expect(told.body['items']).toMatchObject([{ outcome: 'handed out', categories: ['account.organisation'] }])
  })

  it('leaves each step in the evidence log', async () => {
    const ada = await office.join('Ada Evidence')
    const id = await approved(ada.id)
    await step(first, id, 'tell')
    await step(first, id, 'hand-out')
    const { rows } = await office.system.database.pool.query(
      "select rule, decision, commitment is not null as committed from evidence_leaf where gate = 'disclosure' order by sequence desc limit 5",
    )
    expect(rows.reverse()).toEqual([
      { rule: 'received', decision: 'done', committed: false },
      { rule: 'prepared', decision: 'done', committed: false },
      { rule: 'approved', decision: 'allowed', committed: false },
      { rule: 'told', decision: 'done', committed: false },
      { rule: 'handed-out', decision: 'done', committed: true },
    ])
  })
})

describe('the customer', () => {
  it('must be told, or the silence be grounded, before anything leaves or the request is closed', async () => {
    const ada = await office.join('Ada Told')
    const id = await approved(ada.id)
    expect(await step(first, id, 'hand-out')).toMatchObject({ status: 409, body: { code: 'customer_not_told' } })
    expect((await ada.send('GET', '/me/authority-requests')).body['items']).toEqual([])
    expect((await step(first, id, 'tell')).status).toBe(200)
    expect((await step(first, id, 'tell')).status).toBe(409)
    const { database, vault } = office.system
    const [mail] = await listMail(database.direct, vault, { to: ada.email, kind: 'rights', limit: 1 })
    expect(mail).toMatchObject({ text: expect.stringContaining('Court of Testland') })
    expect((await ada.send('GET', '/me/authority-requests')).body['items']).toMatchObject([
      { authority: 'Court of Testland', outcome: 'approved', categories: ['account.contact'] },
    ])
    expect((await step(first, id, 'hand-out')).status).toBe(200)
  })

  it('does not learn of it while a ground for silence holds, neither from their data nor from an export', async () => {
    const ada = await office.join('Ada Silence')
    const id = await approved(ada.id)
    const gag = { ground: 'forbidden-by-law', reason: 'the order forbids it until May', reviewAt: later() }
    expect((await step(first, id, 'silence', { ...gag, reviewAt: '2020-01-01T00:00:00Z' })).status).toBe(400)
    expect((await step(first, id, 'silence', gag)).body).toMatchObject({
      silence: { ground: 'forbidden-by-law', overdue: false, reason: gag.reason },
    })
    expect((await step(first, id, 'hand-out')).status).toBe(200)
    expect((await ada.send('GET', '/me/authority-requests')).body['items']).toEqual([])
    expect(JSON.stringify((await ada.send('GET', '/me/data')).body)).not.toContain('authority_request')
    expect(await office.exportOf(ada)).not.toContain(String(id))
  })

  it('must be thought of again when the date has come: the request then stays open', async () => {
    const ada = await office.join('Ada Again')
    const id = await approved(ada.id)
    await step(first, id, 'silence', { ground: 'danger-to-life', reason: 'a witness is at risk', reviewAt: later(1) })
    await step(first, id, 'hand-out')
    office.clock.advance(2 * dayMs)
    const { body } = await second.send('GET', `/privacy/authority-requests/${id}`)
    expect(body).toMatchObject({ silence: { overdue: true } })
    expect(await step(first, id, 'close')).toMatchObject({ status: 409, body: { code: 'customer_not_told' } })
    const record = async () =>
      (await office.system.database.pool.query('select * from disclosure where person_id = $1', [ada.id])).rows
    expect(await record()).toEqual([])
    expect((await step(first, id, 'tell')).status).toBe(200)
    expect(await record()).toMatchObject([{ ground: 'legal-requirement', name: 'Court of Testland', times: '1' }])
    expect((await step(first, id, 'close')).status).toBe(200)
  })

  it('gets nothing handed out about them under a policy that does not have this ground', async () => {
    const ada = await office.join('Ada Ground')
    const id = await approved(ada.id)
    await step(first, id, 'tell')
    const { disclosures } = office.system.policy.source
    Object.assign(office.system.policy.source, { disclosures: [] })
    expect(await step(first, id, 'hand-out')).toMatchObject({ status: 403, body: { code: 'policy_refused' } })
    Object.assign(office.system.policy.source, { disclosures })
    expect((await step(first, id, 'hand-out')).status).toBe(200)
  })
})

describe('the database', () => {
  it.each([
    ['a hand-out before a review', "update authority_request set handed_out_at = now() where id = 'aut_raw'"],
    [
      'a review by who prepared it',
      "update authority_request set reviewed_by = prepared_by, reviewed_at = now(), decision = 'approved' where id = 'aut_raw'",
    ],
    [
      'an approval beyond the proposal',
      "update authority_request set approved = '{security.log}' where id = 'aut_raw'",
    ],
    ['closing without a word to the customer', "update authority_request set closed_at = now() where id = 'aut_raw'"],
  ])('refuses %s, whatever code asks for it', async (_what, statement) => {
    const { pool } = office.system.database
    await pool.query(
      "insert into authority_request (id, state, subject_kind, subject_id, asked, proposed, received_at, recorded_at, prepared_by, prepared_at, sealed_details) values ('aut_raw', 'prepared', 'person', 'x', '{account.contact}', '{account.contact}', now(), now(), $1, now(), '')",
      [first.id],
    )
    await expect(pool.query(statement)).rejects.toThrow('violates check constraint')
    await pool.query("delete from authority_request where id = 'aut_raw'")
  })
})

it('stays when the person is erased, as law asks, and loses the officer who is', async () => {
  const ada = await office.join('Ada Gone')
  const third = await office.hire('Theo Third', 'privacy-officer')
  const made = await third.send('POST', '/privacy/authority-requests', {
    authority: 'Court of Erasure',
    country: 'DE',
    legalBasis: 'order 1/26',
    subjectKind: 'person',
    subjectId: ada.id,
    categories: asked,
  })
  const now = office.clock.now()
  for (const personId of [ada.id, third.id]) {
    const id = `rrq_${personId}`
    const times = { askedAt: now, dueAt: now, startsAt: now }
    await insertRequest(office.system.database.direct, { id, kind: 'erasure', state: 'waiting', personId, ...times })
    expect(await office.erase(id)).toBe('done')
  }
  expect(await second.send('GET', `/privacy/authority-requests/${made.body['id']}`)).toMatchObject({
    body: { authority: 'Court of Erasure', subjectId: ada.id, recordedBy: null },
  })
  expect(await step(first, made.body['id'], 'tell')).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('unreachable') },
  })
})
