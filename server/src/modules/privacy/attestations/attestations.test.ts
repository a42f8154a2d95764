import { attestationEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { insertRequest } from '../rights/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { shippedPolicy, starterPolicy, verifyClause } from '../test-system.ts'
import { createAttestations } from './index.ts'

const dayMs = 86_400_000
/** The starter's attestation in the role of the operator, and another policy's in a role that is no staff role. */
const policy = starterPolicy([
  'attestations:\n',
  `attestations:
  hardening:
    role: security
    statement: ${shippedPolicy('gmi-cloud').source.attestations?.['hardening']?.statement}
    validity: P6M
`,
])
const words = policy.source.attestations?.['confidentiality']?.statement ?? ''
const hardening = policy.source.attestations?.['hardening']?.statement ?? ''

let office: Office
let officer: Somebody
let remind: () => Promise<void>
beforeAll(async () => {
  office = await createOffice(dataMap, (deps) => {
    const { routes, jobs } = createAttestations({ ...deps, policy })
    const [job] = jobs
    remind = async () => job?.run({}, new AbortController().signal)
    return { routes, endpoints: Object.values(attestationEndpoints) }
  })
  officer = await office.hire('Olga Officer', 'privacy-officer')
})
afterAll(() => office.close())

const state = (send: Somebody['send'], name: string, statement: string, note?: string) =>
  send('POST', `/privacy/attestations/${name}`, { statement, ...(note === undefined ? {} : { note }) })
const wanted = async (name: string) => {
  const { body } = await office.machine('GET', '/privacy/attestations')
  return (body['items'] as { name: string }[]).find((one) => one.name === name)
}
const verify = () => verifyClause({ ...office.system, policy }, 'START-47')
const reminders = (to: string) =>
  listMail(office.system.database.direct, office.system.vault, { to, kind: 'staff', limit: 9 })

describe('an attestation', () => {
  it('is missing, and its clause unproven, until somebody in its role states it in the words of the policy', async () => {
    expect(await wanted('confidentiality')).toMatchObject({ state: 'missing', role: 'operator', clauses: ['START-47'] })
    expect(await verify()).toMatchObject({ state: 'unproven', reason: 'operator has not attested confidentiality' })
    expect(await state(office.machine, 'confidentiality', 'all is well')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'statement' }] },
    })
    expect(
      await state(office.machine, 'confidentiality', `  ${words.replace(' ', '\n ')} `, 'signed on paper'),
    ).toMatchObject({
      status: 201,
      body: { role: 'operator', state: 'in force', statement: words, note: 'signed on paper' },
    })
    expect(await wanted('confidentiality')).toMatchObject({ state: 'in force', mine: true })
    expect(await verify()).toMatchObject({
      state: 'attested',
      check: 'attestation',
      figure: expect.stringContaining('stated in the role operator'),
    })
  })

  it('is not taken from other staff, from people, or for what the policy does not want', async () => {
    expect(await state(officer.send, 'confidentiality', words)).toMatchObject({ status: 403 })
    const person = await office.join('Paul Person')
    expect((await state(person.send, 'confidentiality', words)).status).toBe(403)
    expect(await state(office.machine, 'wealth', 'we are rich')).toMatchObject({
      status: 404,
      body: { detail: 'The policy wants no attestation wealth. It has: hardening, confidentiality.' },
    })
  })

  it('in a role that is no staff role is taken from whom an operator made responsible, until they are not', async () => {
    expect(await state(officer.send, 'hardening', hardening)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('avow attestation appoint') },
    })
    const appoint = (email: string, role: string) =>
      office.machine('POST', '/privacy/responsibilities', { email, role })
    expect((await appoint(officer.email, 'operator')).status).toBe(400)
    expect((await appoint('paul.person@example.org', 'security')).status).toBe(404)
    expect((await appoint(officer.email, 'security')).status).toBe(201)
    expect((await appoint(officer.email, 'security')).status).toBe(409)
    expect((await state(officer.send, 'hardening', hardening)).status).toBe(201)
    const path = `/privacy/responsibilities/security/${officer.id}`
    expect((await office.machine('DELETE', path)).status).toBe(204)
    expect((await state(officer.send, 'hardening', hardening)).status).toBe(403)
  })

  it('that was taken back counts no more, and stays in the history', async () => {
    const { body } = await office.machine('GET', '/privacy/attestations/confidentiality')
    const [stated] = body['items'] as { id: string }[]
    const path = `/privacy/attestations/confidentiality/statements/${stated?.id}/revoke`
    expect((await officer.send('POST', path, {})).status).toBe(403)
    expect(await office.machine('POST', path, {})).toMatchObject({ status: 200, body: { state: 'revoked' } })
    expect((await office.machine('POST', path, {})).status).toBe(409)
    expect(await verify()).toMatchObject({ state: 'unproven' })
    await state(office.machine, 'confidentiality', words)
    const again = await office.machine('GET', '/privacy/attestations/confidentiality')
    expect(again.body['items']).toMatchObject([{ state: 'in force' }, { state: 'revoked', note: 'signed on paper' }])
  })

  it('reminds those who may renew it before it ends, once, and then runs out', async () => {
    office.clock.advance(300 * dayMs)
    await remind()
    expect(await reminders('op@example.org')).toEqual([])
    office.clock.advance(40 * dayMs)
    expect(await wanted('confidentiality')).toMatchObject({ state: 'ends soon' })
    await remind()
    await remind()
    expect(await reminders('op@example.org')).toMatchObject([{ subject: 'A statement ends soon: confidentiality' }])
    expect(await verify()).toMatchObject({ state: 'attested' })
    office.clock.advance(30 * dayMs)
    expect(await wanted('confidentiality')).toMatchObject({ state: 'ran out' })
    expect(await verify()).toMatchObject({ state: 'unproven', reason: expect.stringContaining('ran out on') })
  })

  it('does not count once the policy says something else', async () => {
    await state(office.machine, 'confidentiality', words)
    expect(await verify()).toMatchObject({ state: 'attested' })
    const other = starterPolicy(['has agreed to keep what they see confidential', 'has sworn it'])
    expect(await verifyClause({ ...office.system, policy: other }, 'START-47')).toMatchObject({ state: 'unproven' })
  })
})

describe('a statement that nobody made', () => {
  const run = (text: string, values?: unknown[]) => office.system.database.pool.query(text, values)
  it('breaks its clause when a row was written beside the evidence log', async () => {
    await run(
      "insert into attestation (id, name, role, statement, stated_at, valid_until, evidence_sequence) values ('att_forged', 'confidentiality', 'operator', $1, now(), now() + interval '9 years', 0)",
      [words],
    )
    const report = await verify()
    await run("delete from attestation where id = 'att_forged'")
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('is not in the evidence log') })
    expect(await verify()).toMatchObject({ state: 'attested' })
  })

  it('breaks its clause when a row was made to last longer', async () => {
    const longer = "update attestation set valid_until = valid_until + interval '1 year' where revoked_at is null"
    await run(longer)
    const report = await verify()
    await run(longer.replace('+', '-'))
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('not as the evidence log has it') })
  })
})

it('leaves the statement and loses the person when they are erased', async () => {
  const second = await office.hire('Erna Erased', 'operator')
  await state(second.send, 'confidentiality', words, 'Erna knows')
  const now = office.clock.now()
  const request = { id: 'rrq_erna', kind: 'erasure', state: 'waiting', personId: second.id } as const
  await insertRequest(office.system.database.direct, { ...request, askedAt: now, dueAt: now, startsAt: now })
  expect(await office.erase('rrq_erna')).toBe('done')
  expect(await office.search(second.id)).toEqual({})
  expect(await verify()).toMatchObject({ state: 'attested' })
})
