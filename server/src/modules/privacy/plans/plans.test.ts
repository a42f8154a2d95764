import { planEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createOffice, type Office } from '../test-office.ts'
import { commitTo } from './plan.ts'
import { planRoutes } from './plan-routes.ts'
import { reportPlan } from './report-plan.ts'

const stricter = 'plan: acme\nagreement: MSA-7\nretention: { usage.inference: P7D }\nsupport: never\n'
const differing =
  'plan: acme\nagreement: MSA-8\nretention: { usage.inference: P1Y }\ndiffers: [retention.usage.inference]\n'

let office: Office
let officer: Awaited<ReturnType<Office['hire']>>
let customer: Awaited<ReturnType<Office['join']>>
let other: Awaited<ReturnType<Office['join']>>
let path: string
beforeAll(async () => {
  office = await createOffice(dataMap, (deps) => ({
    routes: planRoutes(deps),
    endpoints: Object.values(planEndpoints),
  }))
  officer = await office.hire('officer', 'privacy-officer')
  customer = await office.join('customer')
  other = await office.join('other')
  path = `/privacy/plans/${customer.organisationId}`
})
afterAll(() => office.close())

const decisions = async () =>
  (
    await office.system.database.pool.query<{ rule: string; commitment: string }>(
      "select rule, commitment from evidence_leaf where gate = 'plan' order by sequence",
    )
  ).rows

describe('a deployment plan', () => {
  it('is looked over without being applied', async () => {
    const { body } = await officer.send('POST', '/privacy/plans/lint', { source: stricter })
    expect(body).toMatchObject({ plan: 'acme', findings: [], settings: [{ compared: 'stricter' }, {}] })
    expect((await officer.send('GET', path)).status).toBe(404)
  })

  it('is refused with the line of what the policy does not let it set, and the one before stays', async () => {
    const { status, body } = await officer.send('POST', path, {
      source: 'plan: a\nagreement: b\nretention: { usage.inference: P9Y }',
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('line 3, column 31: P9Y is not stricter than the policy'),
    })
    const mail = await officer.send('POST', path, { source: 'plan: a\nagreement: b\nretention: { mail: P1D }' })
    expect(mail.body['detail']).toContain('no table holds rows of one organisation under mail')
    expect(await decisions()).toEqual([])
  })

  it('is applied, shown to its organisation and to no other, and leaves a decision that only it fits', async () => {
    const { status, body } = await officer.send('POST', path, { source: stricter })
    expect(status).toBe(200)
    expect(body).toMatchObject({ agreement: 'MSA-7', source: stricter, appliedBy: officer.id })
    const own = `/organisations/${customer.organisationId}/plan`
    expect((await customer.send('GET', own)).body).toMatchObject({ plan: 'acme' })
    expect((await other.send('GET', own)).status).toBe(404)
    expect(await decisions()).toEqual([
      { rule: 'plan-applied', commitment: commitTo(String(body['hash']), String(body['salt'])) },
    ])
    expect(await office.search('MSA-7')).toEqual({ deployment_plan: 1 })
  })

  it('is not for customers to see or change by the officers’ way', async () => {
    expect((await customer.send('POST', path, { source: stricter })).status).toBe(403)
    expect((await customer.send('GET', '/privacy/plans')).status).toBe(403)
  })

  it('says in its report what holds by agreement, and what was looked at', async () => {
    await officer.send('POST', path, { source: differing })
    const { body } = await officer.send('POST', `${path}/report`)
    expect(body).toMatchObject({
      agreement: 'MSA-8',
      clauses: [
        {
          id: 'PLAN-01',
          state: 'unproven',
          promise: 'usage.inference of this organisation is kept 1 year. This is MSA-8; the policy says P90D.',
        },
      ],
    })
    await officer.send('POST', path, { source: stricter })
    const after = await officer.send('POST', `${path}/report`)
    expect(after.body['clauses']).toMatchObject([
      { id: 'PLAN-01' },
      { id: 'PLAN-02', state: 'kept', check: 'planned-support', figure: expect.stringContaining('1 member, of whom') },
    ])
    const narrow = 'plan: acme\nagreement: MSA-9\ntraining: never\negress: []\n'
    await office.system.limits.start()
    await officer.send('POST', path, { source: narrow })
    expect((await officer.send('POST', `${path}/report`)).body).toMatchObject({
      summary: { kept: 2, broken: 0 },
      clauses: [
        { promise: 'Of the recipients its data goes to nobody.', check: 'planned-recipients' },
        { promise: 'Its content trains models: never.', check: 'planned-training' },
      ],
    })
    await office.system.limits.stop()
    const grant = office.system.gates.staffAccess
    const lax = {
      ...office.system,
      gates: { ...office.system.gates, staffAccess: { ...grant, closedTo: async () => new Set<string>() } },
    }
    const plan = {
      organisationId: customer.organisationId,
      appliedAt: new Date(),
      settings: { support: 'never' as const },
    }
    const shown = [
      { section: 'support', name: 'support', value: 'never', policy: 'as-policy', compared: 'stricter' },
    ] as const
    expect(await reportPlan(lax, { ...plan, agreement: 'MSA-9', shown })).toMatchObject([
      { state: 'broken', reason: expect.stringContaining('leaves out 1 member') },
    ])
    await officer.send('POST', path, { source: stricter })
  })

  it('promises no region in which this cloud is not', async () => {
    const { status, body } = await officer.send('POST', path, { source: 'plan: a\nagreement: b\nregions: [DE]\n' })
    expect([status, body['detail']]).toEqual([400, expect.stringContaining('does not say where it is')])
  })

  it('exists only for an organisation that does', async () => {
    expect((await officer.send('POST', '/privacy/plans/org_nobody', { source: stricter })).status).toBe(404)
  })

  it('is listed, ends with a decision, and then the policy alone holds', async () => {
    expect((await officer.send('GET', '/privacy/plans?limit=1')).body).toMatchObject({
      items: [{ organisationId: customer.organisationId }],
      nextCursor: null,
    })
    expect((await officer.send('DELETE', path)).status).toBe(204)
    expect((await officer.send('DELETE', path)).status).toBe(404)
    expect((await decisions()).at(-1)).toMatchObject({ rule: 'plan-removed' })
  })
})
