import { authorityRequestEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { listCrossings } from '../processors/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { outwardOf, shippedPolicy } from '../test-system.ts'
import { authorityRequestRoutes } from './index.ts'
import { insertRequest } from './request-store.ts'

let office: Office
let first: Somebody
let second: Somebody
beforeAll(async () => {
  const policy = shippedPolicy('gmi-cloud')
  const { gates, parts } = outwardOf(policy, 'US')
  const more = (deps: Parameters<Parameters<typeof createOffice>[1]>[0]) => ({
    routes: authorityRequestRoutes({ ...deps, ...parts, gates: { ...deps.gates, ...gates } }),
    endpoints: Object.values(authorityRequestEndpoints),
  })
  office = await createOffice(dataMap, more, policy)
  first = await office.hire('Olga Officer', 'privacy-officer')
  second = await office.hire('Otto Operator', 'operator')
})
afterAll(() => office.close())

const step = (who: Somebody, id: unknown, name: string, body: object = {}) =>
  who.send('POST', `/privacy/authority-requests/${id}/${name}`, body)
const order = {
  ...{ authority: 'Court of Testland', legalBasis: 'Code of procedure, section 7; order 12/26' },
  ...{ subjectKind: 'person', categories: ['account.contact'] },
}
const oldDetails = {
  ...{ authority: 'Old court', legalBasis: 'order 1/26', reference: null, preparedNote: 'all of it' },
  ...{ decisionReason: 'valid', silenceReason: null, salt: '00' },
}
const oldRequest = (subjectId: string, preparedBy: string, reviewedBy: string) => ({
  ...{ id: 'aut_old', state: 'approved' as const, subjectKind: 'person' as const, subjectId },
  ...{ asked: ['account.contact'], proposed: ['account.contact'], approved: ['account.contact'] },
  ...{ receivedAt: office.clock.now(), recordedAt: office.clock.now(), recordedBy: preparedBy },
  ...{ preparedBy, preparedAt: office.clock.now() },
  ...{ reviewedBy, reviewedAt: office.clock.now(), decision: 'approved' as const },
})
describe('a hand-out abroad', () => {
  it('needs something that protects it where the regions of the policy do not name the country', async () => {
    const ada = await office.join('Ada Abroad')
    const asking = { ...order, subjectId: ada.id }
    const send = (body: object) => first.send('POST', '/privacy/authority-requests', body)
    expect(await send({ ...asking, country: 'AQ' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'safeguard', message: expect.stringContaining('AQ is not among the regions') }] },
    })
    expect((await send({ ...asking, country: 'Antarctica' })).status).toBe(400)
    expect((await send({ ...asking, country: 'SG' })).body).toMatchObject({ safeguard: 'standard contractual clauses' })
    expect((await send({ ...asking, country: 'US' })).body).toMatchObject({ country: 'US', safeguard: null })
    expect((await send({ ...asking, country: 'AQ', safeguard: 'treaty of Testland' })).body).toMatchObject({
      country: 'AQ',
      safeguard: 'treaty of Testland',
    })
  })

  it('is in the register of transfers with its safeguard, and the person reads where their data went', async () => {
    const ada = await office.join('Ada Crossing')
    const body = { ...order, subjectId: ada.id, country: 'AQ', safeguard: 'treaty of Testland' }
    const { id } = (await first.send('POST', '/privacy/authority-requests', body)).body
    const wanted = { categories: ['account.contact'], note: 'the order names the address only' }
    await step(first, id, 'prepare', wanted)
    await step(second, id, 'review', { decision: 'approved', reason: 'the order is valid' })
    await step(first, id, 'tell')
    expect((await step(first, id, 'hand-out')).status).toBe(200)
    const crossings = await listCrossings(office.system.database.direct)
    expect(crossings).toMatchObject([
      { from: 'US', to: 'AQ', recipient: 'authority', safeguard: 'treaty of Testland', times: 1 },
    ])
    const { rows } = await office.system.database.pool.query('select country, safeguard from disclosure')
    expect(rows).toEqual([{ country: 'AQ', safeguard: 'treaty of Testland' }])
  })

  it('of a request from before countries were recorded waits until it is recorded anew', async () => {
    const ada = await office.join('Ada Old')
    const made = await office.system.database.transaction((tx) =>
      insertRequest(office.system, tx, oldRequest(ada.id, first.id, second.id), oldDetails),
    )
    await step(first, made.row.id, 'tell')
    expect(await step(first, made.row.id, 'hand-out')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Record its request anew') },
    })
  })
})
