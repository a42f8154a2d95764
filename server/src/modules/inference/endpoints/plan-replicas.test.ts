import { describe, expect, it } from 'vitest'
import { createDemand } from './demand.ts'
import { type PlannedReplica, planReplicas } from './plan-replicas.ts'

const replica = (id: string, changed: Partial<PlannedReplica> = {}): PlannedReplica => ({
  id,
  state: 'ready',
  isCurrent: true,
  inFlight: 0,
  ...changed,
})
const old = (id: string, changed: Partial<PlannedReplica> = {}) => replica(id, { isCurrent: false, ...changed })
const nothing = { start: 0, drain: [], end: [] }

describe('planning replicas', () => {
  it('starts what is missing and drains what is too many, the least busy first', () => {
    expect(planReplicas([], { wanted: 2, mayStart: true })).toEqual({ ...nothing, start: 2 })
    expect(planReplicas([replica('a', { inFlight: 3 }), replica('b')], { wanted: 1, mayStart: true })).toEqual({
      ...nothing,
      drain: ['b'],
    })
    expect(planReplicas([replica('a'), replica('b', { state: 'starting' })], { wanted: 1, mayStart: true })).toEqual({
      ...nothing,
      drain: ['b'],
    })
    expect(planReplicas([replica('a')], { wanted: 1, mayStart: true })).toEqual(nothing)
  })

  it('starts none while a pause after a failure goes on', () => {
    expect(planReplicas([], { wanted: 1, mayStart: false })).toEqual(nothing)
  })

  it('ends what drains only when its last request has ended', () => {
    const draining = [replica('a', { state: 'draining', inFlight: 1 }), replica('b', { state: 'draining' })]
    expect(planReplicas(draining, { wanted: 0, mayStart: true }).end).toEqual(['b'])
  })

  it.each([1, 2, 3])('replaces %i replicas one by one, with never fewer ready than are wanted', (wanted) => {
    let replicas = Array.from({ length: wanted }, (_, i) => old(`old${i}`))
    let made = 0
    let steps = 0
    for (; replicas.some(({ isCurrent }) => !isCurrent) && steps < 20; steps++) {
      const plan = planReplicas(replicas, { wanted, mayStart: true })
      replicas = replicas.filter(({ id }) => !plan.drain.includes(id))
      expect(replicas.filter(({ state }) => state === 'ready').length).toBeGreaterThanOrEqual(wanted)
      replicas = replicas.map((one) => ({ ...one, state: 'ready' as const }))
      for (let i = 0; i < plan.start; i++) replicas.push(replica(`new${made++}`, { state: 'starting' }))
      expect(replicas.length).toBeLessThanOrEqual(wanted + 1)
    }
    expect(replicas.map(({ isCurrent }) => isCurrent)).toEqual(Array.from({ length: wanted }, () => true))
  })
})

describe('demand', () => {
  const bounds = { replicasMin: 0, replicasMax: 3, idleMs: 1000, parallel: 4 }

  it('asks for more at once, and for fewer only after the idle time', () => {
    const demand = createDemand(() => bounds, 0, 0)
    expect(demand.wanted(0, 0)).toBe(0)
    expect(demand.wanted(1, 10)).toBe(1)
    expect(demand.wanted(9, 20)).toBe(3)
    expect(demand.wanted(100, 30)).toBe(3)
    expect(demand.wanted(0, 1000)).toBe(3)
    expect(demand.wanted(0, 1030)).toBe(0)
  })

  it('keeps to the least and the most', () => {
    const demand = createDemand(() => ({ ...bounds, replicasMin: 2 }), 0, 0)
    expect(demand.wanted(0, 0)).toBe(2)
    expect(demand.wanted(40, 1)).toBe(3)
    expect(demand.wanted(0, 2000)).toBe(2)
  })

  it('gives replicas that were found running the idle time, too', () => {
    const demand = createDemand(() => bounds, 1, 500)
    expect([demand.wanted(0, 600), demand.wanted(0, 1600)]).toEqual([1, 0])
  })
})
