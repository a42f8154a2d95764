import { staffAccessEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { totpCode, totpStep } from '../../identity/index.ts'
import { applyPlan } from '../plans/index.ts'
import { password, type Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { staffAccessRoutes } from './index.ts'

const hourMs = 3_600_000
let office: Office
let support: Somebody
let officer: Somebody
let mode: 'smtp' | 'outbox' = 'smtp'
beforeAll(async () => {
  office = await createOffice(dataMap, (deps) => ({
    routes: staffAccessRoutes({
      ...deps,
      gate: deps.gates.staffAccess,
      mailer: {
        write: deps.mailer.write,
        get mode() {
          return mode
        },
      },
    }),
    endpoints: Object.values(staffAccessEndpoints),
  }))
  support = await office.hire('Sue Support', 'support')
  officer = await office.hire('Otto Officer', 'privacy-officer')
})
afterAll(() => office.close())

interface Mail {
  readonly id: string
  readonly open: boolean
  readonly to: string
  readonly text: string | null
}
const mails = async (send: Somebody['send'], to: string): Promise<Mail[]> =>
  (await send('GET', `/operate/outbox?to=${to}`)).body['items'] as Mail[]
const open = (send: Somebody['send'], mail: Mail | undefined, body: object) =>
  send('POST', `/operate/outbox/${mail?.id}/open`, body)
const grounds = { reason: 'the link did not arrive', ticket: '4711' }
const accesses = async (send: Somebody['send'], path = '/me/access') =>
  (await send('GET', path)).body['items'] as Record<string, unknown>[]

describe('mail to a person', () => {
  it('is an envelope to staff, and to its own recipient on the staff it is open', async () => {
    const ada = await office.join('Ada Closed')
    const [mail] = await mails(support.send, ada.email)
    expect(mail).toMatchObject({
      open: false,
      to: ada.email,
      subject: null,
      text: null,
      links: [],
      kind: 'verify-email',
    })
    const all = (await support.send('GET', '/operate/outbox')).body['items'] as Mail[]
    expect(all.find(({ id }) => id === mail?.id)?.to).toBe('a…@example.org')
    expect(await support.send('GET', `/operate/outbox/${mail?.id}`)).toMatchObject({
      status: 403,
      body: { code: 'staff_access_needed' },
    })
    expect((await mails(support.send, support.email))[0]).toMatchObject({ open: true, text: expect.any(String) })
    expect((await officer.send('GET', '/operate/outbox')).status).toBe(403)
  })

  it.each([
    ['a reason', { ...grounds, reason: 'because' }, 'reason'],
    ['a ticket', { reason: grounds.reason }, 'ticket'],
    ['an end', { ...grounds, minutes: 481 }, 'body.minutes'],
    ['a reason that an emergency needs', { reason: grounds.reason, emergency: true }, 'reason'],
    [
      'the short time of an emergency',
      { reason: 'their account is being taken over', emergency: true, minutes: 60 },
      'minutes',
    ],
  ])('does not open without %s', async (_what, body, path) => {
    const ada = await office.join(`Ada ${path} ${Math.random().toString(36).slice(2)}`)
    const [mail] = await mails(support.send, ada.email)
    const answer = await open(support.send, mail, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(JSON.stringify(answer.body['errors'])).toContain(path.replace('body.', ''))
    expect(await accesses(ada.send)).toEqual([])
  })

  it('opens for a stated reason, to whom it was opened, until its time is over', async () => {
    const ada = await office.join('Ada Opened')
    const [mail] = await mails(support.send, ada.email)
    const leaves = () => office.system.database.pool.query("select * from evidence_leaf where gate = 'staff-access'")
    const before = (await leaves()).rows.length
    expect(await open(support.send, mail, grounds)).toMatchObject({
      status: 200,
      body: { open: true, text: expect.stringContaining('Ada Opened'), links: [expect.stringContaining('token=')] },
    })
    expect((await leaves()).rows.slice(before)).toMatchObject([{ decision: 'allowed', rule: 'access(mail)' }])
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: true })
    expect((await mails(office.machine, ada.email))[0]).toMatchObject({ open: false })
    office.clock.advance(hourMs)
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: false })
  })

  it('shows the person who looked, why, at what and how often; and the officer too', async () => {
    const ada = await office.join('Ada Informed')
    const [mail] = await mails(support.send, ada.email)
    await open(support.send, mail, grounds)
    await mails(support.send, ada.email)
    await mails(support.send, ada.email)
    const [access] = await accesses(ada.send)
    expect(access).toMatchObject({
      staffRole: 'support',
      ...grounds,
      active: true,
      reads: [
        { what: 'operate.openMail', object: mail?.id, times: 1 },
        { what: 'operate.outbox', object: mail?.id, times: 2 },
      ],
    })
    expect(access).not.toHaveProperty('staffId')
    const listed = await accesses(officer.send, '/operate/access')
    expect(listed).toContainEqual(expect.objectContaining({ staffId: support.id, subjectId: ada.id, ...grounds }))
    expect((await support.send('GET', '/operate/access')).status).toBe(403)
    expect(await accesses((await office.join('Ada Other')).send)).toEqual([])
    expect((await officer.send('POST', `/operate/access/${access?.['id']}/end`, {})).status).toBe(200)
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: false })
    expect((await officer.send('POST', `/operate/access/${access?.['id']}/end`, {})).status).toBe(409)
  })

  it('in an emergency opens without a ticket, for a quarter of an hour, and everybody concerned is told', async () => {
    const ada = await office.join('Ada Emergency')
    const [mail] = await mails(support.send, ada.email)
    const reason = 'their account is being taken over right now'
    expect((await open(support.send, mail, { reason, emergency: true })).status).toBe(200)
    expect((await mails(ada.send, ada.email)) ?? []).toEqual([])
    const [told] = await mails(support.send, ada.email)
    expect(told).toMatchObject({
      subject: 'Staff opened your mail in an emergency',
      text: expect.stringContaining(reason),
    })
    expect((await mails(office.machine, 'op@example.org'))[0]).toMatchObject({
      subject: 'Emergency access to a person’s data',
    })
    office.clock.advance(hourMs / 4)
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: false })
    expect(await accesses(ada.send)).toMatchObject([{ emergency: true, ticket: null, active: false }])
  })
})

describe('the machine’s own operator', () => {
  it('hands mail on where there is no mail server, and people see that as any other access', async () => {
    const ada = await office.join('Ada Postman')
    expect((await mails(office.machine, ada.email))[0]).toMatchObject({ open: false })
    mode = 'outbox'
    expect((await mails(office.machine, ada.email))[0]).toMatchObject({ open: true })
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: false })
    await mails(office.machine, ada.email)
    mode = 'smtp'
    expect(await accesses(ada.send)).toMatchObject([
      { staffRole: 'operator', reason: expect.stringContaining('no mail server'), reads: [{ times: 2 }] },
    ])
  })

  it('hands on to who restricted the use of their data, too, while it stays closed to other staff', async () => {
    const ada = await office.join('Ada Restricts')
    expect((await ada.send('POST', '/me/privacy/restriction', {})).status).toBe(200)
    await office.as()('POST', '/auth/request-password-reset', { email: ada.email })
    const [mail] = await mails(support.send, ada.email)
    await open(support.send, mail, grounds)
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: false, text: null })
    mode = 'outbox'
    expect((await mails(office.machine, ada.email))[0]).toMatchObject({ open: true, text: expect.any(String) })
    mode = 'smtp'
  })

  it('that the machine handed on is closed to a session of the same operator, who must say why', async () => {
    const ada = await office.join('Ada Postbox')
    mode = 'outbox'
    const [mail] = await mails(office.machine, ada.email)
    expect(mail).toMatchObject({ open: true })
    const signIn = { email: 'op@example.org', password, tokenWanted: true }
    const session = office.as(String((await office.as()('POST', '/auth/sign-in', signIn)).body['token']))
    const secret = String((await session('POST', '/me/totp', { password })).body['secret'])
    await session('POST', '/me/totp/confirm', { code: totpCode(secret, totpStep(office.clock.nowMs())) })
    expect((await mails(session, ada.email))[0]).toMatchObject({ open: false, text: null })
    expect((await session('GET', `/operate/outbox/${mail?.id}`)).body['code']).toBe('staff_access_needed')
    expect((await open(session, mail, grounds)).status).toBe(200)
    expect((await mails(session, ada.email))[0]).toMatchObject({ open: true })
    mode = 'smtp'
  })

  it('is seen by somebody who had no account then, once they have one', async () => {
    mode = 'outbox'
    const ada = await office.join('Ada Later')
    const { rows } = await office.system.database.pool.query('select count(*)::int as n from staff_access_grant')
    await mails(office.machine, ada.email)
    mode = 'smtp'
    const after = await office.system.database.pool.query('select count(*)::int as n from staff_access_grant')
    expect(after.rows[0].n).toBe(rows[0].n + 1)
    expect(await accesses(ada.send)).toHaveLength(1)
  })
})

describe('under a plan that lets no staff see its data', () => {
  const plan = async (organisationId: string) => {
    const source = 'plan: closed\nagreement: MSA-1\nsupport: never\n'
    await office.system.database.transaction((tx) => applyPlan(office.system, tx, { organisationId, source, by: null }))
  }

  it('mail to its members is closed at once, also where it was open, and opens for no reason', async () => {
    const ada = await office.join('Ada Planned')
    const [mail] = await mails(support.send, ada.email)
    expect((await open(support.send, mail, grounds)).status).toBe(200)
    await plan(ada.organisationId)
    expect((await mails(support.send, ada.email))[0]).toMatchObject({ open: false, text: null })
    expect((await support.send('GET', `/operate/outbox/${mail?.id}`)).body['code']).toBe('staff_access_needed')
    expect((await open(support.send, mail, grounds)).body['code']).toBe('policy_refused')
    const urgent = { reason: 'their account is being taken over right now', emergency: true }
    expect((await open(support.send, mail, urgent)).body['code']).toBe('policy_refused')
  })

  it('holds for those who are invited, and for no other organisation', async () => {
    const owner = await office.join('Owner Planned')
    await plan(owner.organisationId)
    const path = `/organisations/${owner.organisationId}/invitations`
    await owner.send('POST', path, { email: 'guest.planned@example.org', role: 'member' })
    const [invitation] = await mails(support.send, 'guest.planned@example.org')
    expect((await open(support.send, invitation, grounds)).body['code']).toBe('policy_refused')
    const other = await office.join('Other Planned')
    expect((await open(support.send, (await mails(support.send, other.email))[0], grounds)).status).toBe(200)
  })

  it('held mail is not opened by handing it on, and the rest of the list is', async () => {
    const ada = await office.join('Ada Held')
    const bea = await office.join('Bea Held')
    await plan(ada.organisationId)
    mode = 'outbox'
    const listed = (await office.machine('GET', '/operate/outbox?limit=200')).body['items'] as Mail[]
    mode = 'smtp'
    expect(listed.some(({ to, open: isOpen }) => to === bea.email && isOpen)).toBe(true)
    expect(listed.some(({ to }) => to === ada.email)).toBe(false)
    expect(await accesses(ada.send)).toEqual([])
  })
})

it('goes with the person when they are erased, and leaves the leaf in the log', async () => {
  const ada = await office.join('Ada Erased')
  const [mail] = await mails(support.send, ada.email)
  await open(support.send, mail, { ...grounds, reason: 'Ada Erased asked us to' })
  expect(await office.search('Ada Erased asked')).toMatchObject({ staff_access_grant: 1 })
  const { id } = await office.ask(ada)
  expect(await office.erase(id)).toBe('done')
  expect(await office.search('Ada Erased')).toEqual({})
  expect(await office.search(ada.id)).toEqual({})
})
