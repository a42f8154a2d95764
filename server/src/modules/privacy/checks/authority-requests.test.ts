import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { DisclosureGate } from '../../../platform/gates/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
  // What the gate decides is in the database too; a sabotaged gate is shown alone.
  for (const name of ['a_second_person', 'reviewed_before_out', 'told_or_silent'])
    await system.database.direct.execute(sql`alter table authority_request drop constraint ${sql.identifier(name)}`)
})
afterAll(() => system.database.close())

const policyOf = (rule: string) => starterPolicy(['rules: [staff-second-factor]', `rules: [${rule}]`])
const verify = (rule: string, gate: Partial<DisclosureGate> = {}) =>
  verifyClause(
    {
      ...system,
      policy: policyOf(rule),
      gates: { ...system.gates, disclosure: { ...system.gates.disclosure, ...gate } },
    },
    'START-13',
  )

describe('the answer to an authority', () => {
  it('is kept when a second person reviews it and only the approved part leaves', async () => {
    expect(await verify('authority-review')).toMatchObject({ state: 'kept', check: 'authority-review' })
    expect(await system.database.direct.$count(sql`authority_request`)).toBe(0)
  })

  it('is broken by a gate that hands out before a review', async () => {
    const handOut: DisclosureGate['handOut'] = ({ asked }) => asked
    expect(await verify('authority-review', { handOut })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('data leaves before anybody looked at the request'),
    })
  })

  it('is broken by a gate that lets one person do both', async () => {
    const { review } = system.gates.disclosure
    const lax: DisclosureGate['review'] = (facts, _reviewer, decision, categories) =>
      review(facts, 'somebody else', decision, categories)
    expect(await verify('authority-review', { review: lax })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('one person prepares and approves'),
    })
  })

  it('is broken by a gate that hands out what was asked instead of what was approved', async () => {
    const { handOut } = system.gates.disclosure
    const wide: DisclosureGate['handOut'] = (facts, now) => {
      handOut(facts, now)
      return facts.asked
    }
    expect(await verify('authority-review', { handOut: wide })).toMatchObject({
      state: 'broken',
      reason: 'more is handed out than was approved',
    })
  })
})

describe('the word to the customer', () => {
  it('is kept when it comes first, or the ground for silence does', async () => {
    expect(await verify('customer-told')).toMatchObject({ state: 'kept', check: 'customer-told' })
  })

  it('is broken by a gate that hands out without it', async () => {
    const { handOut } = system.gates.disclosure
    const silent: DisclosureGate['handOut'] = (facts, now) => handOut({ ...facts, toldAt: now }, now)
    expect(await verify('customer-told', { handOut: silent })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('data leaves before a word to the customer'),
    })
  })

  it('is broken by a gate that takes any date for the silence', async () => {
    expect(await verify('customer-told', { silence: () => undefined })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a ground for silence needs no date ahead'),
    })
  })

  it('is broken by a real ground that nobody looked at again', async () => {
    const { pool } = system.database
    await pool.query(
      "insert into authority_request (id, state, subject_kind, subject_id, asked, received_at, recorded_at, silence_ground, silence_review_at, sealed_details) values ('aut_late', 'received', 'person', 'x', '{account.contact}', now(), now(), 'danger-to-life', now() - interval '1 hour', '')",
    )
    const report = await verify('customer-told')
    await pool.query('delete from authority_request')
    expect(report).toMatchObject({ state: 'broken', reason: '1 ground for silence past the date of another look' })
  })
})
