import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import type { PublicationGate, Published } from '../../../platform/gates/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
})
afterAll(() => system.database.close())

const verify = (gate: Partial<PublicationGate> = {}) =>
  verifyClause(
    { ...system, gates: { ...system.gates, publication: { ...system.gates.publication, ...gate } } },
    'ECO-09',
  )

describe('publication', () => {
  it('is tried at the gate, and waits for the marketplace', async () => {
    const report = await verify()
    expect(report).toMatchObject({ state: 'unproven', check: expect.stringContaining('confirmed-publication') })
    expect(report.figure).toContain('5 declared fields, 7 publications tried, 6 to be refused')
    expect(report.reason).toContain('the marketplace is not built')
    const { rows } = await system.database.pool.query("select 1 from evidence_leaf where gate = 'publication'")
    expect(rows).toEqual([])
  })

  it('is broken by a gate that asks for no confirmation', async () => {
    const publish: PublicationGate['publish'] = async (_tx, { fields }) => fields as Published
    const { state, reason } = await verify({ publish })
    expect([state, reason]).toEqual(['broken', expect.stringContaining('that nobody confirmed')])
    expect(reason).toContain('a field that the policy does not declare becomes public')
  })

  it('is broken by a gate that publishes other texts than were shown', async () => {
    const { publish } = system.gates.publication
    const shown = new Map<string, Parameters<typeof publish>[1]>()
    const report = await verify({
      preview: (wish) => {
        const made = system.gates.publication.preview(wish)
        shown.set(made.confirmation, wish)
        return made
      },
      publish: (tx, wish, confirmation) => publish(tx, shown.get(confirmation) ?? wish, confirmation),
    })
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a field that the policy does not declare becomes public'),
    })
  })

  it('is broken by a gate that does not say that it is for good', async () => {
    const { preview } = system.gates.publication
    const report = await verify({ preview: (wish) => ({ ...preview(wish), warning: 'Go on?' }) })
    expect(report).toMatchObject({ state: 'broken', reason: 'the publisher is not told that it is for good' })
  })
})
