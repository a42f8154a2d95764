import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPerson, goodPassword, mailTo, newEmail, ok, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  return () => avow[Symbol.asyncDispose]()
})

const run = async (...args: string[]) => {
  const result = await avow.cli([...args, '--json'])
  if (result.code !== 0) throw new Error(`avow ${args.join(' ')} ended with ${result.code}: ${result.stderr}`)
  return JSON.parse(result.stdout)
}
const stateOf = async (id: string): Promise<string> => {
  const { clauses } = (await run('policy', 'verify', id)) as { clauses: { id: string; state: string }[] }
  return clauses.find((clause) => clause.id === id)?.state ?? 'missing'
}

describe('attestations', () => {
  test('a statement in the words of the policy makes its clause attested, until it is taken back', async () => {
    expect(await stateOf('START-47')).toBe('unproven')
    const unknown = await avow.cli(['policy', 'verify', 'START-4711'])
    expect([unknown.code, unknown.stderr]).toEqual([4, expect.stringContaining('has no clause START-4711')])
    const refused = await avow.cli(['attest', 'confidentiality'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--confirm')])
    const other = await avow.cli(['attest', 'confidentiality', '--statement', 'all is well'])
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is not the policy’s')])
    const stated = await run('attest', 'confidentiality', '--confirm', '--note', 'signed in November')
    expect(stated).toMatchObject({ name: 'confidentiality', role: 'operator', state: 'in force' })
    expect(await stateOf('START-47')).toBe('attested')
    await run('attestation', 'revoke', 'confidentiality', stated.id, '--yes')
    expect(await stateOf('START-47')).toBe('unproven')
    const { items } = await run('attestation', 'history', 'confidentiality')
    expect(items).toMatchObject([{ state: 'revoked', note: 'signed in November' }])
  })
})

describe('requests of authorities', () => {
  test('are answered after a second person approved and the customer was told, by the command line', async () => {
    const subject = await createPerson(avow, 'subject')
    const reviewer = await createPerson(avow, 'reviewer')
    await run('staff', 'add', reviewer.email, 'privacy-officer')
    const setup = await ok(reviewer.api.POST('/api/v1/me/totp', { body: { password: goodPassword } }))
    await ok(reviewer.api.POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri ?? '') } }))
    const body = {
      email: reviewer.email,
      password: goodPassword,
      code: setup.backupCodes?.[0] ?? '',
      tokenWanted: true,
    }
    const second = (await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body }))).token ?? ''

    const about = [
      '--authority',
      'District court',
      '--country',
      'DE',
      '--basis',
      'order 12/26',
      '--person',
      subject.email,
    ]
    const { id } = await run('disclosure', 'record', ...about, '--category', 'account.contact')
    await run('disclosure', 'prepare', id, '--category', 'account.contact', '--note', 'the order names the address')
    const alone = await avow.cli(['disclosure', 'review', id, 'approved', '--reason', 'it is fine'])
    expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('somebody else has to review it')])
    const review = ['disclosure', 'review', id, 'approved', '--reason', 'the order is valid', '--token', second]
    expect(await run(...review)).toMatchObject({ state: 'approved', approved: ['account.contact'] })
    const file = join(avow.folder, 'package.tar.gz')
    const early = await avow.cli(['disclosure', 'hand-out', id, '--out', file, '--yes'])
    expect([early.code, early.stderr, existsSync(file)]).toEqual([1, expect.stringContaining('not told'), false])
    await run('disclosure', 'tell', id)
    expect(await run('disclosure', 'hand-out', id, '--out', file, '--yes')).toMatchObject({ state: 'handed-out' })
    expect(gunzipSync(readFileSync(file)).toString()).toContain(subject.email)
    expect(await run('disclosure', 'close', id)).toMatchObject({ state: 'closed' })
    expect(await run('privacy', 'authorities', '--token', subject.token)).toMatchObject({
      items: [{ authority: 'District court', outcome: 'handed out', categories: ['account.contact'] }],
    })
  })
})

describe('access of staff', () => {
  test('mail to others opens for a stated reason, and the person sees who read it', async () => {
    const person = await createPerson(avow, 'looked-at')
    const { items } = await run('privacy', 'access', '--token', person.token)
    expect(items).toMatchObject([{ staffRole: 'operator', reason: expect.stringContaining('no mail server') }])
    const mail = await mailTo(avow, person.email)
    const why = ['--reason', 'they ask what we wrote', '--ticket', '4711']
    expect(await run('outbox', 'show', mail.id, ...why)).toMatchObject({ open: true, text: expect.any(String) })
    expect((await run('privacy', 'access', '--token', person.token)).items[0]).toMatchObject({
      reason: 'they ask what we wrote',
      ticket: '4711',
      reads: [{ object: mail.id }],
    })
    expect((await run('access', 'list')).items[0]).toMatchObject({ subjectId: person.id, ticket: '4711' })
  })
})

describe('numbers that the policy never holds', () => {
  test('are refused with a word for what they look like, and are nowhere afterwards', async () => {
    const person = await createPerson(avow, 'careless')
    const number = '4111 1111 1111 1111'
    const refused = await person.api.PATCH('/api/v1/me', { body: { name: `Kim ${number}` } })
    expect([refused.response.status, refused.error]).toEqual([
      400,
      expect.objectContaining({
        code: 'unwanted_content',
        errors: [{ path: 'name', message: expect.stringContaining('a card number') }],
      }),
    ])
    expect(JSON.stringify(refused.error)).not.toContain('1111')
    const stranger = avow.api(null)
    const signUp = { name: 'A123456789', email: newEmail('id'), password: goodPassword, birthDate: '1990-05-17' }
    expect((await stranger.POST('/api/v1/auth/sign-up', { body: signUp })).response.status).toBe(400)
    const cli = await avow.cli(['hold', 'create', '--everyone', '--ground', 'fraud with 5555 5555 5555 4444'])
    expect([cli.code, cli.stderr]).toEqual([1, expect.stringContaining('looks like a card number')])
    expect(await ok(person.api.GET('/api/v1/me'))).toMatchObject({ name: 'careless' })
    expect(await stateOf('START-08')).toBe('kept')
  })
})

describe('security alerts', () => {
  test('a real attack on each door raises an alert, tells the operator, and can be acknowledged', async () => {
    const victim = await createPerson(avow, 'victim')
    const intruder = await createPerson(avow, 'intruder')
    const organisationId = (await ok(victim.api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
    const stranger = avow.api(null)
    for (let n = 0; n < 31; n += 1) {
      const body = { email: victim.email, password: `a wrong guess, number ${n}`, tokenWanted: true }
      await stranger.POST('/api/v1/auth/sign-in', { body })
      await intruder.api.GET('/api/v1/organisations/{organisationId}/members', { params: { path: { organisationId } } })
      await fetch(`${avow.url}/v1/models`, { headers: { authorization: `Bearer avow-wrong-${n}` } })
    }
    const kinds = ['key-guessing', 'privilege-probing', 'sign-in-guessing']
    const seen = async () =>
      (await run('alert', 'list')).items as { id: string; kind: string; personId: string | null }[]
    await expect
      .poll(async () => [...new Set((await seen()).map(({ kind }) => kind))].sort(), { timeout: 10_000 })
      .toEqual(kinds)
    const alerts = await seen()
    expect(alerts.find(({ kind }) => kind === 'privilege-probing')).toMatchObject({ personId: intruder.id })
    expect(alerts.filter(({ kind }) => kind === 'sign-in-guessing')).toContainEqual(
      expect.objectContaining({ from: 'account', state: 'open' }),
    )
    const mail = await mailTo(avow, avow.firstRun.operator.email, 'staff')
    expect(mail.subject).toMatch(/^Security alert: /)
    const [first] = alerts
    expect(await run('alert', 'acknowledge', first?.id ?? '', '--note', 'it was our own test')).toMatchObject({
      state: 'acknowledged',
      note: 'it was our own test',
    })
    expect((await avow.cli(['alert', 'acknowledge', first?.id ?? ''])).code).toBe(1)
    expect(await stateOf('START-21')).toBe('kept')
    expect(await seen()).toHaveLength(alerts.length)
  })
})
