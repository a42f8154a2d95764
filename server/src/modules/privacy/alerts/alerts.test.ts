import { alertEndpoints } from '@avow/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { type Attack, guessedKey } from '../../../platform/gates/index.ts'
import { listMail } from '../../../platform/mail/index.ts'
import { insertRequest } from '../rights/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { starterPolicy } from '../test-system.ts'
import { type Alerts, alertRoutes, raiseAlert } from './index.ts'

const minuteMs = 60_000
let office: Office
let deps: Alerts
let officer: Somebody
beforeAll(async () => {
  office = await createOffice(dataMap, (parts) => {
    deps = parts
    return { routes: alertRoutes(parts), endpoints: Object.values(alertEndpoints) }
  })
  officer = await office.hire('Olga Officer', 'privacy-officer')
})
afterAll(() => office.close())
beforeEach(() => office.system.database.pool.query('truncate security_alert, mail_outbox'))

const attack = (more: Partial<Attack> = {}): Attack => {
  const now = office.clock.now()
  return { ...guessedKey('192.0.2.1'), count: 20, firstAt: now, lastAt: now, ...more }
}
const list = async (query = '') =>
  (await officer.send('GET', `/operate/alerts${query}`)).body['items'] as { id: string; count: number }[]
const mails = (to: string) =>
  listMail(office.system.database.direct, office.system.vault, { to, kind: 'staff', limit: 9 })

describe('an alert', () => {
  it('is listed for operators and officers, and mailed to the operators where the policy says so', async () => {
    await raiseAlert(deps, attack())
    expect(await list()).toMatchObject([
      { kind: 'key-guessing', state: 'open', from: 'address', ipAddress: '192.0.2.1', count: 20, personId: null },
    ])
    expect(await mails('op@example.org')).toMatchObject([{ subject: 'Security alert: key-guessing' }])
    const support = await office.hire('Sam Support', 'support')
    expect((await support.send('GET', '/operate/alerts')).status).toBe(403)
    const { rows } = await office.system.database.pool.query('select * from security_alert')
    expect(JSON.stringify(rows)).not.toContain('192.0.2')
  })

  it('is mailed to the security contact of a policy that names one', async () => {
    const policy = starterPolicy(['security: { account: operator }', 'security: { email: sec@example.org }'])
    await raiseAlert({ ...deps, policy }, attack())
    expect(await mails('sec@example.org')).toHaveLength(1)
    expect(await mails('op@example.org')).toEqual([])
  })

  it('grows while the attack goes on, is one for two processes that see it, and is a new one after a pause', async () => {
    await Promise.all([raiseAlert(deps, attack()), raiseAlert(deps, attack()), raiseAlert(deps, attack())])
    expect(await list()).toMatchObject([{ count: 60 }])
    expect(await mails('op@example.org')).toHaveLength(1)
    office.clock.advance(61 * minuteMs)
    await raiseAlert(deps, attack())
    expect(await list()).toMatchObject([{ count: 20 }, { count: 60 }])
    await raiseAlert(deps, attack({ source: '192.0.2.9' }))
    expect(await list()).toHaveLength(3)
  })

  it('is acknowledged once, with a note; what comes after is a new one', async () => {
    await raiseAlert(deps, attack())
    const [alert] = await list('?state=open')
    const path = `/operate/alerts/${alert?.id}/acknowledge`
    expect(await officer.send('POST', path, { note: 'blocked' })).toMatchObject({
      status: 200,
      body: { state: 'acknowledged', note: 'blocked', acknowledgedBy: officer.id, ipAddress: '192.0.2.1' },
    })
    expect((await officer.send('POST', path, {})).status).toBe(409)
    await raiseAlert(deps, attack())
    expect(await list('?state=open')).toHaveLength(1)
    expect(await list('?state=acknowledged')).toHaveLength(1)
  })

  it('loses the person and the address when they are erased', async () => {
    const ada = await office.join('Ada Alerted')
    await raiseAlert(deps, attack({ kind: 'privilege-probing', from: 'person', source: ada.id, personId: ada.id }))
    const now = office.clock.now()
    const times = { askedAt: now, dueAt: now, startsAt: now }
    const request = { id: 'rrq_ada', kind: 'erasure', state: 'waiting', personId: ada.id } as const
    await insertRequest(office.system.database.direct, { ...request, ...times })
    expect(await office.erase('rrq_ada')).toBe('done')
    expect(await list()).toMatchObject([{ kind: 'privilege-probing', personId: null, ipAddress: null, count: 20 }])
    expect(await office.search(ada.id)).toEqual({})
  })
})
