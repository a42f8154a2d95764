import type { CompiledPolicy } from '@avow/policy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { ensureDayPartitions } from '../../../platform/db/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { createCallOrigins, openProbeBooks, type ProbeBooks } from '../../billing/index.ts'
import type { AccessLog } from '../../identity/index.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const only = (system: TestSystem, id: string, changed: Partial<TestSystem> = {}) => {
  const rules = system.policy.rules.filter(({ kind }) => kind === 'records-exact')
  const clauses = system.policy.clauses
    .filter((clause) => clause.id === id)
    .map((clause) => ({ ...clause, rules: clause.rules.filter((rule) => rules.some((one) => one.id === rule)) }))
  return verifyClause({ ...system, ...changed, policy: { ...system.policy, rules, clauses } }, id)
}

type BookedCall = Awaited<ReturnType<ProbeBooks['booked']>>['calls'][number]

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
  let vault: Vault
  beforeAll(async () => {
    system = await createTestSystem(dataMap, systemClock, shippedPolicy('gmi-cloud'))
    vault = await openTestVault(system.database.url)
    await ensureDayPartitions(system.database.direct, 'usage_event', system.clock.now(), 2)
  })
  afterAll(async () => {
    await vault.close()
    await system.database.close()
  })

  const changing = (change: (booked: BookedCall) => Partial<BookedCall>): Partial<TestSystem> => ({
    probeBooks: async (days) => {
      const real = await system.probeBooks(days)
      const booked: typeof real.booked = async () => {
        const { calls, sums } = await real.booked()
        return { calls: calls.map((call) => ({ ...call, ...change(call) })), sums }
      }
      return { ...real, booked }
    },
  })
  const listing = (words: string) =>
    shippedPolicy('gmi-cloud', ['calls: [IP address, user agent, ', `calls: [${words}`])
  /** Books that keep of callers what another policy lists. */
  const booksOf = (policy: CompiledPolicy): Partial<TestSystem> => {
    const origins = createCallOrigins({ policy, vault, unwanted: system.gates.unwanted })
    const { database } = system
    return {
      probeBooks: (days) => openProbeBooks({ databaseUrl: database.url, log: createLog('silent'), days, origins }),
    }
  }
  const record = (id: string, sealedIpAddress: Buffer | null) =>
    system.database.pool.query(
      `insert into usage_event (id, at, organisation_id, project_id, key_id, model, served, stream, outcome, status,
         prompt_tokens, completion_tokens, estimated, duration_ms, currency, prompt_micros_per_million,
         completion_micros_per_million, cost_micros, sealed_ip_address)
       values ($1, now(), 'org', 'prj', 'key', 'm', 'embedded', false, 'completed', 200, 1, 1, false, 1, 'EUR', 1, 1, 1, $2)`,
      [id, sealedIpAddress],
    )
  const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

  it('hold the fields that the policy lists, one a call, and nothing of it stays', async () => {
    expect(await only(system, 'GMI-04')).toMatchObject({
      reason: null,
      state: 'kept',
      figure: '22 columns of usage_event against 9 fields of the policy; 2 calls followed',
    })
    expect((await system.database.pool.query('select 1 from usage_event')).rows).toEqual([])
  })

  it('are broken by an address or a program that is not recorded, or another than was seen', async () => {
    expect(
      await only(
        system,
        'GMI-04',
        changing(() => ({ sealedIpAddress: null })),
      ),
    ).toMatchObject(broken('the IP address of a call is not recorded as it was seen'))
    expect(await only(system, 'GMI-04', booksOf(listing('IP address, ')))).toMatchObject(
      broken('the user agent of a call is not recorded as it was seen'),
    )
  })

  it('are broken by what is recorded of a caller though the policy does not list it', async () => {
    const policy = listing('')
    const rules = policy.rules.filter(({ kind }) => kind === 'records-exact')
    const clauses = policy.clauses
      .filter(({ id }) => id === 'GMI-04')
      .map((clause) => ({ ...clause, rules: rules.map(({ id }) => id) }))
    const under = { ...system, policy: { ...policy, rules, clauses } }
    expect(await verifyClause(under, 'GMI-04')).toMatchObject(
      broken('the IP address of a call is recorded, which the policy does not list'),
    )
    expect(await verifyClause({ ...under, ...booksOf(policy) }, 'GMI-04')).toMatchObject({ state: 'kept' })
  })

  it('are broken where the running server records no caller', async () => {
    await record('req_1', null)
    expect(await only(system, 'GMI-04')).toMatchObject(broken('no call is recorded with the IP address'))
    await record('req_2', Buffer.from('sealed'))
    expect(await only(system, 'GMI-04')).toMatchObject({ state: 'kept' })
    await system.database.pool.query('truncate usage_event')
  })

  it('are broken by a column that the policy does not list', async () => {
    await system.database.pool.query('alter table usage_event add column prompt text')
    expect(await only(system, 'GMI-04')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('usage_event holds prompt, which the policy does not list'),
    })
  })
})
