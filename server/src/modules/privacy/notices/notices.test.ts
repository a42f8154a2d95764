import { noticeEndpoints } from '@avow/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { movableClock } from '../../../platform/clock/index.ts'
import { createApi } from '../../../platform/http/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { hasPeople } from '../../identity/index.ts'
import { dayMs, deliverAll, fileOf, startWith } from '../test-notices.ts'
import { createTestSystem, type TestSystem } from '../test-system.ts'
import { createAcceptance, versionRoutes } from '../versions/index.ts'
import { createNotices } from './index.ts'

const clock = movableClock(new Date('2027-03-01T09:00:00Z'))
const operatorToken = 'token-of-the-machine'
const operatorAddress = 'ops@people.invalid'
let system: TestSystem
let api: FastifyInstance

/** The server's part that tells people, after a start under the newest policy. */
const serve = async (settled = system.settled): Promise<void> => {
  await api?.close()
  const identity = system.identityOn(system.database, {
    operatorToken: { matches: (token) => token === operatorToken },
    acted: createAcceptance(clock, settled.versionId),
  })
  api = createApi({
    ...system,
    log: createLog('silent'),
    authorise: identity.authorise,
    routes: [
      ...identity.routes,
      ...createNotices({ ...system, accounts: identity.api.accounts }).routes,
      ...versionRoutes({ ...system, settled, hasPeople }),
    ],
    endpoints: Object.values(noticeEndpoints),
    isOwnOrigin: () => true,
    isSecure: false,
    observe: () => undefined,
  })
}
beforeAll(async () => {
  system = await createTestSystem(dataMap, clock)
  await serve()
  const password = 'four unrelated words here'
  await system.database.transaction((tx) =>
    system.identityOn(system.database).api.firstRun(tx, { email: operatorAddress, password }),
  )
})
afterAll(async () => {
  await api.close()
  await system.database.close()
})

const as =
  (token?: string) =>
  async (
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, never> }> => {
    clock.advance(1)
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await api.inject({ method, url: `/api/v1${path}`, headers, ...(body ? { payload: body } : {}) })
    return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json() }
  }

/** Signs up, verifies and signs in. @returns calls as this person */
const join = async (name: string) => {
  const [email, password] = [`${name}@people.invalid`, 'four unrelated words here']
  await as()('POST', '/auth/sign-up', { email, password, name, birthDate: '1990-01-31' })
  const [mail] = await listMail(system.database.direct, system.vault, { to: email, limit: 1 })
  const token = new URL(mail?.links[0] ?? '').searchParams.get('token')
  await as()('POST', '/auth/verify-email', { token })
  const signedIn = await as()('POST', '/auth/sign-in', { email, password, tokenWanted: true })
  const { id } = signedIn.body['person'] as unknown as { id: string }
  return { id, email, send: as(String(signedIn.body['token'])) }
}
const acceptances = async () => {
  const { rows } = await system.database.pool.query<{ line: string }>(
    'select v.version as line from policy_acceptance a join policy_version v on v.id = a.version_id order by accepted_at',
  )
  return rows.map(({ line }) => line)
}

it('a version that is published while only staff are here says so, and takes effect at the next start', async () => {
  const next = fileOf('1.0.1', ['usage.inference: { period: P90D', 'usage.inference: { period: P1Y'])
  await as(operatorToken)('POST', '/policy/versions', { text: next.text })
  await deliverAll(system)
  const [mail] = await listMail(system.database.direct, system.vault, { to: operatorAddress, kind: 'notice', limit: 1 })
  expect(mail?.text).toContain('when the server starts next, if only the staff')
  expect((await startWith(system, next)).policy.version).toBe('1.0.1')
  await system.database.pool.query('truncate policy_version, notice, notice_recipient cascade')
  await serve(await startWith(system, fileOf('1.0.0')))
})

it('an announcement reaches every account by mail and in the console, once, and can be dismissed', async () => {
  const ada = await join('ada')
  const text = { kind: 'service', subject: 'Maintenance', body: 'Models pause on Sunday.' }
  expect((await ada.send('POST', '/privacy/notices', text)).status).toBe(403)
  const made = await as(operatorToken)('POST', '/privacy/notices', text)
  expect(made).toMatchObject({ status: 201, body: { told: 0, accounts: 2, finishedAt: null } })
  await deliverAll(system)
  await deliverAll(system)
  const shown = await as(operatorToken)('GET', `/privacy/notices/${made.body['id']}`)
  expect(shown.body).toMatchObject({ told: 2, accounts: 2, finishedAt: expect.any(String) })
  const closed = (at: string) =>
    system.database.pool.query(`update person set closed_at = ${at} where id = $1`, [ada.id])
  await closed('now()')
  const later = await as(operatorToken)('GET', `/privacy/notices/${made.body['id']}`)
  expect(later.body).toMatchObject({ told: 2, accounts: 2 })
  await closed('null')
  const mails = await listMail(system.database.direct, system.vault, { to: ada.email, kind: 'notice', limit: 9 })
  expect(mails).toMatchObject([{ subject: 'Maintenance', text: expect.stringContaining('Models pause on Sunday.') }])
  const mine = await ada.send('GET', '/me/notices')
  expect(mine.body).toMatchObject({ items: [{ subject: 'Maintenance', dismissedAt: null }], nextCursor: null })
  const path = `/me/notices/${made.body['id']}/dismiss`
  expect((await ada.send('POST', path)).body).toMatchObject({ dismissedAt: expect.any(String) })
  expect((await ada.send('POST', '/me/notices/ntc_other/dismiss')).status).toBe(404)
})

it('a version that is published tells everyone what changes, waits, and is accepted by who goes on after it took effect', async () => {
  const bo = await join('bo')
  const next = fileOf('1.1.0', ['usage.inference: { period: P90D', 'usage.inference: { period: P1Y'])
  await bo.send('GET', '/me')
  const before = (await acceptances()).length
  const publish = (text: string) => as(operatorToken)('POST', '/policy/versions', { text })
  expect(await publish('policy: nonsense')).toMatchObject({ status: 400, body: { code: 'policy_invalid' } })
  const outOfWords = next.text.replace('minimumAge: 16', 'minimumAge: old')
  expect((await publish(outOfWords)).body).toMatchObject({ detail: expect.stringMatching(/policy:\d+:\d+ audience/) })
  expect(await publish(fileOf('0.9.0').text)).toMatchObject({ status: 409 })
  expect(await publish(next.text)).toMatchObject({
    status: 201,
    body: { state: 'waiting', change: 'weaker', period: 'P30D', takesEffectAt: null },
  })
  expect(await publish(next.text)).toMatchObject({ status: 409 })
  await deliverAll(system)
  const [mail] = await listMail(system.database.direct, system.vault, { to: bo.email, kind: 'notice', limit: 1 })
  expect(mail?.text).toContain('retention.usage.inference.period: “90 days” becomes “1 year”')
  expect(mail?.links).toEqual(['http://127.0.0.1/policy/next', 'http://127.0.0.1/policy'])
  const versions = await as()('GET', '/policy/versions')
  expect(versions.body).toMatchObject({
    items: [
      { version: '1.1.0', state: 'waiting', takesEffectAt: expect.stringMatching(/^2027-03-31/), notice: { told: 3 } },
      { version: '1.0.0', state: 'in-force' },
    ],
  })

  clock.advance(30 * dayMs)
  const settled = await startWith(system, fileOf('1.0.0'))
  expect(settled).toMatchObject({ policy: { version: '1.1.0' }, file: { state: 'older' } })
  await serve(settled)
  expect(await acceptances()).toHaveLength(before)
  const later = await join('cy')
  await later.send('GET', '/me')
  await later.send('GET', '/me')
  expect((await acceptances()).slice(before)).toEqual(['1.1.0'])
})

it('an act that is refused or rolled back takes no acceptance with it', async () => {
  const di = await join('di')
  const mine = async () => (await acceptances()).length
  const before = await mine()
  expect((await di.send('POST', '/me/notices/ntc_none/dismiss')).status).toBe(404)
  expect(await mine()).toBe(before)
  await di.send('GET', '/me')
  expect(await mine()).toBe(before + 1)
})
