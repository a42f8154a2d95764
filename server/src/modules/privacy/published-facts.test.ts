import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../app.ts'
import { createLog } from '../../platform/log/index.ts'
import { createPrivacy } from './index.ts'
import { servePrivacy } from './test-serve.ts'
import { createTestSystem, shippedPolicy, type TestSystem } from './test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

describe('what a reference policy publishes', () => {
  const publishing = async (name: string, drop: Record<string, unknown> = {}) => {
    const policy = shippedPolicy(name)
    const rules = policy.rules.filter(({ kind }) => kind === 'publish')
    const clauses = policy.clauses
      .map((clause) => ({ ...clause, rules: clause.rules.filter((id) => rules.some((rule) => rule.id === id)) }))
      .filter((clause) => clause.rules.length > 0)
    const deps = { ...system, policy: { ...policy, clauses, rules } }
    const { api: pages } = servePrivacy(deps)
    const made = createPrivacy({
      ...deps,
      log: createLog('silent'),
      operatorAddress: async () => null,
      call: async ({ method, path }) => {
        const response = await pages.inject({ method, url: path })
        return { status: 200, headers: {}, body: { ...response.json<object>(), ...drop } }
      },
    })
    const report = await made.api.verify()
    return Object.fromEntries(report.clauses.map(({ id, state }) => [id, state]))
  }

  it('is all there: contacts, cookies, authorities, words about third parties', async () => {
    expect(await publishing('ecohash')).toEqual({ 'ECO-36': 'kept', 'ECO-44': 'informed', 'ECO-45': 'informed' })
  })

  it('breaks the clauses of what is missing', async () => {
    expect(await publishing('ecohash', { browser: [], authorities: [], thirdParties: null })).toEqual({
      'ECO-36': 'broken',
      'ECO-44': 'broken',
      'ECO-45': 'broken',
    })
  })

  it('has a history of every version that was in force, each still there to be read', async () => {
    expect(await publishing('gpu-cloud-tracker')).toEqual({ 'TRACK-14': 'informed' })
    expect(await publishing('gpu-cloud-tracker', { items: [] })).toEqual({ 'TRACK-14': 'broken' })
    expect(await publishing('gpu-cloud-tracker', { page: '' })).toEqual({ 'TRACK-14': 'broken' })
  })
})
