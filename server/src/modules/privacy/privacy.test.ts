import type { CompiledPolicy } from '@avow/policy'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../app.ts'
import { createJobs } from '../../platform/jobs/index.ts'
import { createLog } from '../../platform/log/index.ts'
import type { Identity } from '../identity/index.ts'
import { createPrivacy, type Privacy } from './index.ts'
import { nextSweepAt } from './jobs.ts'
import { servePrivacy as serve } from './test-serve.ts'
import { createTestSystem, starterPolicy, type TestSystem } from './test-system.ts'

let system: TestSystem
let privacy: Privacy
let api: FastifyInstance

/** The policy with a few quick clauses only: what is tested here is the module, not each check. */
const briefly = (policy: CompiledPolicy): CompiledPolicy => {
  const ids = ['START-01', 'START-02', 'START-03', 'START-23', 'START-31', 'START-45']
  const rules = policy.rules.filter((rule) => rule.clauses.some((id) => ids.includes(id)))
  return { ...policy, clauses: policy.clauses.filter(({ id }) => ids.includes(id)), rules }
}

let whole: TestSystem
let running: Identity
beforeAll(async () => {
  const made = await createTestSystem(dataMap)
  running = made.identityOn(made.database)
  await running.start()
  whole = { ...made, keys: running.api.keyDirectory }
  system = { ...whole, policy: briefly(made.policy) }
  const served = serve(system)
  privacy = served.privacy
  api = served.api
})
afterAll(async () => {
  await api.close()
  await running.stop()
  await system.database.close()
})
beforeEach(() => system.database.pool.query('truncate policy_report, mail_outbox, retention_run'))

const get = (path: string, caller = 'person') =>
  api.inject({ method: 'GET', url: `/api/v1${path}`, headers: { 'x-caller': caller } })
const verify = (caller: string) =>
  api.inject({ method: 'POST', url: '/api/v1/privacy/report', headers: { 'x-caller': caller } })

describe('the report', () => {
  it('is not there before the first check, and says so', async () => {
    expect((await get('/privacy/report')).statusCode).toBe(404)
  })

  it('is made on demand for staff, kept, and shown to every person', async () => {
    const made = await verify('staff')
    expect(made.statusCode).toBe(200)
    const broken = made.json<{ clauses: { state: string }[] }>().clauses.filter((clause) => clause.state === 'broken')
    expect(broken).toEqual([])
    expect(made.json()).toMatchObject({ policy: 'starter', summary: { broken: 0 } })
    expect((await get('/privacy/report')).json()).toEqual(made.json())
  })

  it('has every clause of the policy, each with a state, and a reason unless it is good', async () => {
    const report = await serve(whole).privacy.api.verify()
    expect(report.clauses.filter(({ state }) => state === 'broken')).toEqual([])
    expect(report.clauses.map((clause) => clause.id)).toEqual(whole.policy.clauses.map((clause) => clause.id))
    for (const { id, state, reason, figure } of report.clauses) {
      if (state === 'unproven') expect(reason, id).not.toBeNull()
      else expect(figure, id).not.toBeNull()
    }
    expect(report.clauses.find((clause) => clause.id === 'START-45')).toMatchObject({
      state: 'unproven',
      reason: expect.stringContaining('incident workflow'),
    })
    expect(report.clauses.find((clause) => clause.id === 'START-01')).toMatchObject({ state: 'informed' })
  }, 120_000)

  it('is refused to people who are not staff, and to strangers', async () => {
    expect((await verify('person')).statusCode).toBe(403)
    expect((await api.inject({ method: 'GET', url: '/api/v1/privacy/report' })).statusCode).toBe(401)
  })

  it('is not shown for another version of the policy', async () => {
    await verify('staff')
    const other = serve({ ...system, policy: briefly(starterPolicy(['minimumAge: 16', 'minimumAge: 18'])) })
    const response = await other.api.inject({
      method: 'GET',
      url: '/api/v1/privacy/report',
      headers: { 'x-caller': 'person' },
    })
    expect(response.statusCode).toBe(404)
  })

  it('is made anew for those who ask during a check, once for all of them', async () => {
    const [one, two, three] = await Promise.all([privacy.api.verify(), privacy.api.verify(), privacy.api.verify()])
    expect(two).not.toBe(one)
    expect(three).toBe(two)
  })

  it('takes the place of the one before while nothing changes, and stands beside it when a state changes', async () => {
    const kept = async () =>
      (
        await system.database.pool.query<{ since: Date; checked_at: Date; broken: number }>(
          'select since, checked_at, broken from policy_report order by since',
        )
      ).rows
    await privacy.api.verify()
    await privacy.api.verify()
    const [only, ...others] = await kept()
    expect(others).toEqual([])
    expect(only!.checked_at > only!.since).toBe(true)
    await system.database.pool.query('alter table mail_outbox add column nickname text')
    await privacy.api.verify()
    await system.database.pool.query('alter table mail_outbox drop column nickname')
    expect((await kept()).map((row) => row.broken)).toEqual([0, 1])
  })

  it('calls a check that cannot run unproven, not kept', async () => {
    const mailer = { ...system.mailer, write: () => Promise.reject(new Error('boom')) }
    const authorless = serve({
      ...system,
      mailer,
      logTo: () => {
        throw new Error('boom')
      },
    })
    const report = await authorless.privacy.api.verify()
    expect(report.clauses.find((clause) => clause.id === 'START-23')).toMatchObject({
      state: 'unproven',
      reason: expect.stringContaining('could not run'),
    })
  })
})

describe('the published policy', () => {
  it('is readable with no account, with operator, dates, contacts and promises', async () => {
    const response = await api.inject({ method: 'GET', url: '/api/v1/policy' })
    expect(response.json()).toMatchObject({
      id: 'starter',
      hash: system.policy.hash,
      operator: 'The operator of this installation',
      effective: '2026-11-22',
      minimumAge: 16,
      contacts: [
        { role: 'privacy', address: 'ops@b.invalid' },
        { role: 'security', address: 'ops@b.invalid' },
      ],
    })
    expect(response.json<{ clauses: unknown[] }>().clauses).toHaveLength(system.policy.clauses.length)
  })

  it('breaks its clauses when it shows less than is promised', async () => {
    const silent = serve({ ...system })
    const report = await createPrivacy({
      ...system,
      log: createLog('silent'),
      operatorAddress: async () => null,
      call: async ({ method, path }) => {
        const response = await silent.api.inject({ method, url: path })
        return { status: 200, headers: {}, body: { ...response.json<object>(), updated: undefined, contacts: [] } }
      },
    }).api.verify()
    expect(report.clauses.find((clause) => clause.id === 'START-01')).toMatchObject({
      state: 'broken',
      reason: 'the published policy lacks the dates',
    })
    expect(report.clauses.find((clause) => clause.id === 'START-02')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('privacy, security'),
    })
  })
})

describe('what anyone may see of the report', () => {
  const trust = () => api.inject({ method: 'GET', url: '/api/v1/trust' })

  it('is every clause with its state, no figures and no reasons, and unproven before the first check', async () => {
    expect((await trust()).json()).toMatchObject({ checkedAt: null, summary: null })
    await verify('staff')
    const shown = (await trust()).json<{ clauses: object[] }>()
    expect(shown).toMatchObject({ policy: 'starter', summary: { broken: 0 }, checkedAt: expect.any(String) })
    expect(shown.clauses).toContainEqual({ id: 'START-01', promise: expect.any(String), state: 'informed' })
    for (const clause of shown.clauses) expect(Object.keys(clause).toSorted()).toEqual(['id', 'promise', 'state'])
  })
})

describe('a clause', () => {
  it('is shown down to its rules, gates, check and evidence', async () => {
    await verify('staff')
    await system.database.pool.query(
      "insert into evidence_leaf (at, gate, decision, rule, counted) values (now(), 'retention', 'done', 'retain(mail)', 3)",
    )
    expect((await get('/privacy/clauses/start-31')).json()).toMatchObject({
      id: 'START-31',
      state: 'kept',
      check: 'retained-rows',
      rules: [{ rule: 'retain(mail, P30D, creation, [hold])', gate: 'retention', check: 'retained-rows' }],
      evidence: [{ gate: 'retention', decision: 'done', rule: 'retain(mail)', counted: 3, treeIndex: null }],
    })
  })

  it('names the capability that it waits for', async () => {
    await verify('staff')
    expect((await get('/privacy/clauses/START-45')).json()).toMatchObject({
      state: 'unproven',
      rules: Array(2).fill({ gate: 'incident', check: null, needs: 'incident workflow' }),
      evidence: [],
    })
  })

  it('that the policy does not have is not found', async () => {
    expect((await get('/privacy/clauses/START-99')).statusCode).toBe(404)
  })
})

describe('the data map', () => {
  it('shows every declared column with its category, purposes and period, page by page', async () => {
    const all = (await get('/privacy/data-map?limit=2000')).json<{ items: object[]; nextCursor: string | null }>()
    expect(all.items).toHaveLength(system.map.length)
    expect(all.nextCursor).toBeNull()
    expect(all.items).toContainEqual({
      table: 'mail_outbox',
      column: 'sealed_recipient',
      module: 'platform/mail',
      category: 'account.contact',
      subject: 'user',
      purposes: ['communicate'],
      retention: 'mail',
      period: 'P30D',
      erasure: 'delete',
      sealed: true,
      note: null,
    })
    const pages: object[] = []
    let cursor = ''
    do {
      const page = (await get(`/privacy/data-map?limit=40${cursor}`)).json<{
        items: object[]
        nextCursor: string | null
      }>()
      pages.push(...page.items)
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    expect(pages).toEqual(all.items)
  })

  it('can be narrowed to a table and to a category', async () => {
    const { items } = (await get('/privacy/data-map?table=mail_outbox&category=correspondence')).json<{
      items: { column: string }[]
    }>()
    expect(items.map((item) => item.column)).toEqual(['about_person_id', 'sealed_message'])
  })
})

describe('retention', () => {
  it('shows per class what is past due and what the last run did', async () => {
    const row = async () =>
      (await get('/privacy/retention'))
        .json<{ items: { retentionClass: string }[] }>()
        .items.find((item) => item.retentionClass === 'mail')
    await system.database.pool.query(
      "insert into mail_outbox (id, about, sealed_recipient, recipient_index, sealed_message, kind, state, created_at) values ('old', 'nobody', '', '', '', 'security', 'held', now() - interval '40 days')",
    )
    expect(await row()).toMatchObject({
      period: 'P30D',
      trigger: 'creation',
      tables: ['mail_outbox', 'notice_recipient'],
      lastRunAt: null,
      lastRemoved: null,
      overdue: 1,
    })
    await privacy.jobs.find((job) => job.name === 'sweep-retention')?.run({}, new AbortController().signal)
    expect(await row()).toMatchObject({ lastLookedAt: 1, lastRemoved: 1, overdue: 0 })
  })

  it('runs next at the coming minute 23', () => {
    expect(nextSweepAt(new Date('2027-01-01T10:22:59Z')).toISOString()).toBe('2027-01-01T10:23:00.000Z')
    expect(nextSweepAt(new Date('2027-01-01T10:23:00Z')).toISOString()).toBe('2027-01-01T11:23:00.000Z')
  })
})

describe('the schedule', () => {
  it('sweeps once the server has started', async () => {
    const jobs = createJobs(system.database, createLog('silent'))
    await jobs.start(privacy.jobs)
    await privacy.start()
    await expect
      .poll(async () => (await system.database.pool.query('select 1 from retention_run')).rows.length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(5)
    await jobs.stop()
  })
})
