import { contactEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { insertRequest } from '../rights/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { shippedPolicy, verifyClause } from '../test-system.ts'
import { contactRoutes } from './index.ts'

const dayMs = 86_400_000
const officeUnder = (policy: string) =>
  createOffice(
    dataMap,
    (deps) => ({ routes: contactRoutes(deps), endpoints: Object.values(contactEndpoints) }),
    shippedPolicy(policy),
  )
let office: Office
let officer: Somebody
beforeAll(async () => {
  office = await officeUnder('easellm')
  officer = await office.hire('Olga Officer', 'privacy-officer')
})
afterAll(() => office.close())

const stranger = () => office.as()
const write = (email: string, more: object = {}) =>
  stranger()('POST', '/contact', { contact: 'dpo', email, text: 'What do you hold of me?', ...more })
const waiting = async () => (await officer.send('GET', '/privacy/messages?open=true')).body['items'] as object[]
const idOf = async (email: string) =>
  String(((await waiting()) as { id: string; email: string }[]).find((one) => one.email === email)?.id)

describe('whoever writes to a contact of the policy', () => {
  it('needs no account, and learns by when they are answered', async () => {
    expect((await stranger()('GET', '/contact')).body).toEqual({
      contacts: ['privacy', 'general', 'legal', 'dpo', 'eu-representative', 'security'],
      answerWithin: 'P30D',
    })
    const before = office.clock.nowMs()
    const sent = await write('ada@example.org', { name: 'Ada' })
    expect(sent.status).toBe(202)
    const due = new Date(String(sent.body['dueAt'])).getTime()
    expect(due).toBe(new Date(String(sent.body['receivedAt'])).getTime() + 30 * dayMs)
    expect(due).toBeGreaterThanOrEqual(before)
    expect(await waiting()).toMatchObject([
      { contact: 'dpo', name: 'Ada', email: 'ada@example.org', text: 'What do you hold of me?', state: 'open' },
    ])
  })

  it('is told what is wrong with a message, and that nothing was sent', async () => {
    expect(await write('bo@example.org', { contact: 'moon' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'contact', message: expect.stringContaining('it has privacy, general') }] },
    })
    expect((await write('not an address')).status).toBe(400)
    expect((await write('bo@example.org', { text: ' ' })).status).toBe(400)
    expect(await idOf('bo@example.org')).toBe('undefined')
  })

  it('cannot flood the officers', async () => {
    const codes: number[] = []
    for (let n = 0; n < 7; n += 1) codes.push((await write('flood@example.org')).status)
    expect(codes).toEqual([202, 202, 202, 202, 202, 429, 429])
  })

  it('has nowhere to write under a policy that does not keep inquiries', async () => {
    const other = await officeUnder('starter')
    expect((await other.as()('GET', '/contact')).body).toMatchObject({ contacts: [] })
    expect(
      await other.as()('POST', '/contact', { contact: 'privacy', email: 'ada@example.org', text: 'Hello there' }),
    ).toMatchObject({ status: 403, body: { code: 'policy_refused' } })
    await other.close()
  })
})

it('a message that is there under a policy without a period for it breaks the promise that nothing else is held', async () => {
  const other = await officeUnder('starter')
  const check = () => verifyClause(other.system, 'START-03')
  expect(await check()).toMatchObject({ state: 'kept' })
  await other.system.database.pool.query(
    `insert into contact_message (id, contact, received_at, due_at, last_at, address_index, sealed_message)
     values ('msg_1', 'privacy', now(), now(), now(), 'x', '')`,
  )
  expect(await check()).toMatchObject({
    state: 'broken',
    reason: expect.stringContaining('contact_message has rows of correspondence, which the policy does not hold there'),
  })
  await other.close()
})

describe('the officers', () => {
  it('answer by mail, once', async () => {
    await write('cleo@example.org')
    const id = await idOf('cleo@example.org')
    const answer = (text: string) => officer.send('POST', `/privacy/messages/${id}/answer`, { text })
    expect(await answer('We hold nothing of you.')).toMatchObject({
      status: 200,
      body: { state: 'answered', answer: 'We hold nothing of you.', endedBy: officer.id },
    })
    expect((await answer('And again.')).status).toBe(409)
    const { database, vault } = office.system
    const [mail] = await listMail(database.direct, vault, { to: 'cleo@example.org', limit: 2 })
    expect(mail?.text).toContain('We hold nothing of you.')
    expect(mail?.text).toContain('> What do you hold of me?')
    expect(await idOf('cleo@example.org')).toBe('undefined')
  })

  it('close what needs no answer, with the reason', async () => {
    await write('spam@example.org')
    const id = await idOf('spam@example.org')
    expect((await officer.send('POST', `/privacy/messages/${id}/close`, { reason: 'boring' })).status).toBe(400)
    expect((await officer.send('POST', `/privacy/messages/${id}/close`, { reason: 'spam' })).body).toMatchObject({
      state: 'closed',
      closedBecause: 'spam',
    })
    expect((await officer.send('GET', '/privacy/messages/msg_none')).status).toBe(404)
  })

  it('alone read what was written, and the database holds it sealed', async () => {
    await write('secret@example.org', { text: 'a secret of the lake' })
    const ada = await office.join('Ada Account')
    expect((await ada.send('GET', '/privacy/messages')).status).toBe(403)
    expect((await stranger()('GET', '/privacy/messages')).status).toBe(401)
    const { rows } = await office.system.database.pool.query('select *, sealed_message::text from contact_message')
    expect(JSON.stringify(rows)).not.toContain('secret')
  })
})

it('what somebody wrote is in their copy, and goes when they are erased', async () => {
  const ada = await office.join('Ada Gone')
  await write(ada.email, { text: 'the words of Ada Gone' })
  const held = await ada.send('GET', '/me/data')
  expect(JSON.stringify(held.body)).toContain('correspondence')
  const now = office.clock.now()
  const id = `rrq_${ada.id}`
  const times = { askedAt: now, dueAt: now, startsAt: now }
  const { direct } = office.system.database
  await insertRequest(direct, { id, kind: 'erasure', state: 'waiting', personId: ada.id, ...times })
  expect(await office.erase(id)).toBe('done')
  expect(await idOf(ada.email)).toBe('undefined')
})
