import { blockEndpoints } from '@avow/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { FloodRules } from '../../../platform/gates/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { listMail } from '../../../platform/mail/index.ts'
import type { SuddenSpend } from '../../billing/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { type Blocks, type BlocksDeps, blockRoutes, createBlocks } from './index.ts'

const rule = { times: 3, withinMs: 60_000 }
const floods: FloodRules = {
  rules: { 'key-stuffing': rule, 'id-walking': rule, 'request-flood': rule },
  blockMs: 300_000,
}
const address = '192.0.2.1'

let office: Office
let officer: Somebody
let deps: Omit<BlocksDeps, 'floods' | 'databaseUrl'>
/** Two processes on one database. */
let blocks: Blocks
let other: Blocks
const make = (rules: FloodRules): Blocks =>
  createBlocks({ ...deps, databaseUrl: office.system.database.url, floods: rules })

beforeAll(async () => {
  office = await createOffice(dataMap, (parts) => {
    deps = { ...parts, log: createLog('silent') }
    const routes = blockRoutes({ ...deps, changed: async () => undefined })
    return { routes, endpoints: Object.values(blockEndpoints) }
  })
  officer = await office.hire('Olga Officer', 'privacy-officer')
  blocks = make(floods)
  other = make(floods)
  await blocks.start()
  await other.start()
})
afterAll(async () => {
  await blocks.stop()
  await other.stop()
  await office.close()
})
beforeEach(async () => {
  await office.system.database.pool.query('truncate security_alert, mail_outbox')
  await office.system.database.pool.query('delete from address_block')
  await vi.waitFor(() => expect([blocks, other].map((one) => one.api.strangers.blockOf(address))).toEqual([null, null]))
})

const flood = async (at: Blocks, from = address): Promise<string> => {
  for (let n = 0; n < rule.times; n += 1) at.api.strangers.note('request-flood', from)
  await at.api.strangers.flush()
  return at.api.strangers.blockOf(from)?.id ?? ''
}
const list = async (query = '') =>
  (await officer.send('GET', `/operate/blocks${query}`)).body['items'] as { id: string; state: string }[]

const spend: SuddenSpend = {
  ...{ of: 'key', id: 'key_1', organisationId: 'org_1', requests: 70, currency: 'EUR' },
  ...{ hour: new Date('2026-11-22T10:00:00Z'), spentMicros: 90_000_000n, usualMicros: 2_000_000n },
}

describe('a key that spends suddenly', () => {
  it('is slowed down in every process, with what that went by, until a person lifts it; then not again for a day', async () => {
    await blocks.api.suddenSpend(spend)
    await blocks.api.suddenSpend(spend)
    await vi.waitFor(() => expect(other.api.throttles.of('key_1')).toMatchObject({ requestsPerMinute: 3 }))
    expect(other.api.throttles.of('key_2')).toBeUndefined()
    const [row, ...rest] = await list()
    expect(rest).toEqual([])
    expect(row).toMatchObject({
      ...{ kind: 'sudden-spend', state: 'active', aboutId: 'key_1', ipAddress: null, count: 70, times: 10 },
      spend: { spentMicros: '90000000', usualMicros: '2000000', currency: 'EUR', requestsPerMinute: 3 },
    })
    const alerts = await office.system.database.pool.query('select kind, source, about_id, count from security_alert')
    expect(alerts.rows).toEqual([{ kind: 'sudden-spend', source: 'key', about_id: 'key_1', count: 70 }])
    const confirmed = await officer.send('POST', `/operate/blocks/${row?.id}/confirm`, { note: 'a stolen key' })
    expect(confirmed.body).toMatchObject({ state: 'active', note: 'a stolen key', confirmedBy: officer.id })
    expect((await officer.send('POST', `/operate/blocks/${row?.id}/confirm`, {})).status).toBe(409)
    await officer.send('POST', `/operate/blocks/${row?.id}/lift`, {})
    await vi.waitFor(() => expect(other.api.throttles.of('key_1')).toBeUndefined())
    await blocks.api.suddenSpend({ ...spend, hour: new Date(Date.now() + 3_600_000) })
    expect(await list('?state=active')).toEqual([])
  })
})

describe('a block', () => {
  it('stands with what was counted, holds in every process, and raises an alert; the address is sealed', async () => {
    const id = await flood(blocks)
    await vi.waitFor(() => expect(other.api.strangers.blockOf(address)?.id).toBe(id))
    expect(await list('?state=active')).toMatchObject([
      { id, kind: 'request-flood', ipAddress: address, count: 3, times: 3, withinSeconds: 60, reviewAskedAt: null },
    ])
    const { rows } = await office.system.database.pool.query('select * from address_block, security_alert')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ kind: 'request-flood', source: 'address' })
    expect(JSON.stringify(rows)).not.toContain(address)
    const support = await office.hire('Sam Support', 'support')
    expect((await support.send('GET', '/operate/blocks')).status).toBe(403)
    expect((await support.send('POST', `/operate/blocks/${id}/lift`, {})).status).toBe(403)
  })

  it('is one for two processes that see the same flood, and another after its end', async () => {
    const ids = await Promise.all([flood(blocks), flood(other)])
    expect(new Set(ids).size).toBe(1)
    office.clock.advance(floods.blockMs ?? 0)
    expect(blocks.api.strangers.blockOf(address)).toBeNull()
    expect(await list('?state=ended')).toHaveLength(1)
    expect(await flood(blocks)).not.toBe(ids[0])
    expect(await list('?state=active')).toHaveLength(1)
  })

  it('is reviewed when somebody behind it asks: a person is told once, and lifts it everywhere, once', async () => {
    const id = await flood(blocks)
    await office.system.database.pool.query('truncate mail_outbox')
    const nobody = office.as()
    const asked = await nobody('POST', `/blocks/${id}/review`)
    expect(asked).toMatchObject({ status: 200, body: { id, state: 'active', reviewAskedAt: expect.any(String) } })
    expect(Object.keys(asked.body).toSorted()).toEqual(['endsAt', 'id', 'reviewAskedAt', 'state'])
    await nobody('POST', `/blocks/${id}/review`)
    const { database, vault } = office.system
    const mails = await listMail(database.direct, vault, { to: 'op@example.org', kind: 'staff', limit: 9 })
    expect(mails).toMatchObject([{ subject: 'Somebody asks for a review of a block' }])
    expect((await nobody('POST', '/blocks/blk_none/review')).status).toBe(404)

    const lifted = await officer.send('POST', `/operate/blocks/${id}/lift`, { note: 'a school' })
    expect(lifted).toMatchObject({
      status: 200,
      body: { state: 'lifted', liftedBy: officer.id, note: 'a school', ipAddress: address },
    })
    await vi.waitFor(() =>
      expect([blocks, other].map((one) => one.api.strangers.blockOf(address))).toEqual([null, null]),
    )
    expect((await officer.send('POST', `/operate/blocks/${id}/lift`, {})).status).toBe(409)
  })

  it('is still in force after a restart, and is none where floods are only told of', async () => {
    const id = await flood(blocks)
    const again = make(floods)
    await again.start()
    expect(again.api.strangers.blockOf(address)?.id).toBe(id)
    await again.stop()
    const telling = make({ ...floods, blockMs: null })
    expect(await flood(telling, '192.0.2.2')).toBe('')
    const { rows } = await office.system.database.pool.query('select id from security_alert')
    expect(rows).toHaveLength(2)
    expect(await list()).toHaveLength(1)
  })
})
