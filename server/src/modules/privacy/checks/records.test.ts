import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { ensureDayPartitions } from '../../../platform/db/index.ts'
import type { AccessLog } from '../../identity/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const only = (system: TestSystem, id: string, changed: Partial<TestSystem> = {}) => {
  const rules = system.policy.rules.filter(({ kind }) => kind === 'records-exact')
  const clauses = system.policy.clauses
    .filter((clause) => clause.id === id)
    .map((clause) => ({ ...clause, rules: clause.rules.filter((rule) => rules.some((one) => one.id === rule)) }))
  return verifyClause({ ...system, ...changed, policy: { ...system.policy, rules, clauses } }, id)
}

/** A running server notes the calls of its own checks too. */
const wired = (system: TestSystem): TestSystem => {
  let noted = 0
  const call: TestSystem['call'] = async () => {
    noted += 1
    return { status: 200, headers: {}, body: null }
  }
  return { ...system, call, accessLog: { noted: () => noted } }
}

describe('records of requests', () => {
  let system: TestSystem
  beforeAll(async () => {
    system = wired(await createTestSystem(dataMap, systemClock, shippedPolicy('ozekai')))
    await ensureDayPartitions(system.database.direct, 'access_log', system.clock.now(), 2)
  })
  afterAll(() => system.database.close())

  const verify = (changed: Partial<TestSystem> = {}) => only(system, 'OZE-08', changed)
  const logging = (change: (real: Pick<AccessLog, 'note' | 'flush'>) => Partial<AccessLog>): Partial<TestSystem> => ({
    accessLogOn: (database) => {
      const real = system.accessLogOn(database)
      return { ...real, ...change(real) }
    },
  })
  const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

  it('hold the fields that the policy lists and nothing else, one a request', async () => {
    expect(await verify()).toMatchObject({
      reason: null,
      state: 'kept',
      figure: '6 columns of access_log against 5 fields of the policy; 2 requests followed',
    })
    const { rows } = await system.database.pool.query('select 1 from access_log')
    expect(rows).toEqual([])
  })

  it('are broken by a column more', async () => {
    await system.database.pool.query('alter table access_log add column referrer text')
    expect(await verify()).toMatchObject(broken('access_log holds referrer, which the policy does not list'))
    await system.database.pool.query('alter table access_log drop column referrer')
  })

  it('are broken by a request that is forgotten, or recorded twice', async () => {
    expect(await verify(logging(() => ({ note: () => undefined })))).toMatchObject(broken('recorded as: nothing'))
    const twice = logging(({ note }) => ({
      note: (visit) => {
        note(visit)
        note(visit)
      },
    }))
    expect(await verify(twice)).toMatchObject(
      broken('GET /api/v1/organisations/:organisationId, PATCH /api/v1/me, PATCH /api/v1/me'),
    )
  })

  it('are broken by another browser or address than was seen, and by what stood in a path', async () => {
    const changing = (more: object) => logging(({ note }) => ({ note: (visit) => note({ ...visit, ...more }) }))
    expect(await verify(changing({ userAgent: 'another' }))).toMatchObject(broken('a user agent is not recorded'))
    expect(await verify(changing({ ipAddress: '::1' }))).toMatchObject(broken('an IP address is not recorded'))
    const telling = logging(({ note }) => ({
      note: (visit) => note({ ...visit, endpoint: `${visit.endpoint}?of=${visit.personId}` }),
    }))
    expect(await verify(telling)).toMatchObject(broken('PATCH /api/v1/me?of='))
  })

  it('are broken where the running server notes nothing', async () => {
    expect(await verify({ accessLog: { noted: () => 0 } })).toMatchObject(
      broken('the running server does not note what it is asked'),
    )
  })
})

describe('records of calls', () => {
  let system: TestSystem
  beforeAll(async () => {
    system = await createTestSystem(dataMap, systemClock, shippedPolicy('gmi-cloud'))
  })
  afterAll(() => system.database.close())

  it('say which of their fields are not recorded yet', async () => {
    expect(await only(system, 'GMI-04')).toMatchObject({
      state: 'unproven',
      reason: 'IP address is not recorded yet; user agent is not recorded yet',
    })
  })

  it('are broken by a column that the policy does not list', async () => {
    await system.database.pool.query('alter table usage_event add column prompt text')
    expect(await only(system, 'GMI-04')).toMatchObject({
      state: 'broken',
      reason: 'usage_event holds prompt, which the policy does not list',
    })
  })
})
