import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { movableClock, systemClock } from '../../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import { copyUsage } from '../copy-usage.ts'
import { usageEventOf } from '../test-usage-event.ts'
import { encodeUsageLine } from '../usage-line.ts'
import { bookSpending } from './book-spending.ts'
import { figuresOf, insertBudget, listBudgets, updateBudget } from './budget-store.ts'
import { monthOf } from './month.ts'
import { createSpending, type LeasedSpending, type Reservation, type Reserved } from './spending.ts'
import type { BudgetRow } from './tables.ts'
import { tellThresholds } from './tell-thresholds.ts'

const now = new Date('2026-11-22T12:00:00Z')
const month = monthOf(now.getTime())
const micro = 1_000_000n
const unit = 1_000_000n * micro
const spender = { organisationId: 'org_1', projectId: 'prj_1', keyId: 'key_1' }

let database: TestDatabase
let client: Client
const gateways: LeasedSpending[] = []
/** Waiting and renewing go by the machine's own time. */
const clock = { ...movableClock(now), monotonicMs: systemClock.monotonicMs }

beforeEach(async () => {
  database = await createTestDatabase()
  client = new Client({ connectionString: database.url })
  await client.connect()
  await database.pool.query(
    `insert into organisation (id, sealed_name, billing_country, created_at) values ('org_1', '\\x00', 'DE', now())`,
  )
})
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.stop()
  await client.end()
  await database.close()
})

const startGateway = async (holder: string): Promise<LeasedSpending> => {
  const { url: databaseUrl } = database
  const gateway = createSpending({ database, databaseUrl, clock, log: createLog('silent'), holder })
  gateways.push(gateway)
  await gateway.start()
  return gateway
}

const setBudget = async (limitMicros: bigint, more: Partial<BudgetRow> = {}): Promise<BudgetRow> => {
  const row: BudgetRow = {
    ...{ id: 'bud_1', organisationId: 'org_1', projectId: null, keyId: null, keyIds: null, currency: 'EUR' },
    ...{ kind: 'month', basePicos: '0', postedMicros: 0n },
    ...{ limitMicros, thresholds: [50, 80, 100], createdAt: now, changedBy: null, changedAt: now, ...more },
  }
  await database.transaction((tx) => insertBudget(tx, row, month))
  return row
}

/** Books calls of one key as the shipper of a gateway does. */
const book = (holder: string, costsMicros: readonly number[], atMs = now.getTime()): Promise<unknown> => {
  const lines = costsMicros.map((micros, index) => {
    const id = `call-${holder}-${index}-${Math.random()}`
    const prices = { promptMicrosPerMillion: 1_000_000n, completionMicrosPerMillion: 0n }
    return `${encodeUsageLine(usageEventOf({ id, atMs, promptTokens: micros, completionTokens: 0, ...prices }))}\n`
  })
  const follow = { disclose: async () => undefined, spend: bookSpending(holder) }
  return copyUsage(client, { texts: () => lines }, new Set(), follow)
}

const figures = async () => {
  const found = (await figuresOf(database.direct, ['bud_1'], month)).get('bud_1')
  return { spent: (found?.spentPicos ?? 0n) / micro, leased: (found?.leasedPicos ?? 0n) / micro }
}

const taken = (reserved: Reserved): Reservation => {
  if (reserved.kind !== 'reserved' || reserved.reservation === null) throw new Error(`not reserved: ${reserved.kind}`)
  return reserved.reservation
}
const reserve = async (gateway: LeasedSpending, picos: bigint): Promise<Reserved> =>
  gateway.reserve(spender, picos, now.getTime())

describe('a budget', () => {
  test('covers what was booked of the month before it was set, and nothing of other months', async () => {
    await book('before', [300_000])
    await book('before', [400_000], Date.UTC(2026, 9, 31, 23))
    await setBudget(1_000_000n)
    expect(await figures()).toEqual({ spent: 300_000n, leased: 0n })
    await book('before', [100_000])
    expect(await figures()).toEqual({ spent: 400_000n, leased: 0n })
  })

  test('lets no more be set aside by three gateways together than there is, whatever they do at the same time', async () => {
    await setBudget(1_000_000n)
    const three = await Promise.all(['a', 'b', 'c'].map(startGateway))
    const each = unit / 100n
    const all = await Promise.all(
      Array.from({ length: 300 }, (_, index) => reserve(three[index % 3] as LeasedSpending, each)),
    )
    const held = all.filter(({ kind }) => kind === 'reserved').length
    expect(held).toBeLessThanOrEqual(100)
    expect(held).toBeGreaterThan(80)
  }, 20_000)

  test('refuses what does not fit, says what is left, and has it again when a call cost less than it could', async () => {
    await setBudget(1_000_000n)
    const gateway = await startGateway('a')
    const first = taken(await reserve(gateway, (unit * 7n) / 10n))
    const refused = await reserve(gateway, unit * 2n)
    expect(refused).toMatchObject({
      kind: 'short',
      shortage: { budget: { id: 'bud_1' }, leftPicos: (unit * 3n) / 10n },
    })
    first.settle(unit / 10n)
    expect(await reserve(gateway, (unit * 9n) / 10n)).toMatchObject({ kind: 'reserved' })
  })

  test('lets a call wait that fits once those under way have ended', async () => {
    await setBudget(1_000_000n)
    const gateway = await startGateway('a')
    const first = taken(await reserve(gateway, unit))
    const waiting = reserve(gateway, unit / 2n)
    setTimeout(() => first.settle(0n), 50)
    expect(await waiting).toMatchObject({ kind: 'reserved' })
  })

  test('needs no way to the database for a call that fits into what is at hand', async () => {
    await setBudget(1_000_000_000n)
    const gateway = await startGateway('a')
    taken(await reserve(gateway, unit)).settle(unit)
    expect(gateway.reserve(spender, unit, now.getTime())).not.toBeInstanceOf(Promise)
  })

  test('counts what a killed gateway spent once: held until it is booked, then free again', async () => {
    await setBudget(1_000_000n)
    const killed = await startGateway('a')
    for (let call = 0; call < 30; call += 1) taken(await reserve(killed, unit / 100n)).settle(unit / 100n)
    const other = await startGateway('b')
    const spentByOther = await spendAll(other)
    expect(30 + spentByOther).toBeLessThanOrEqual(100)
    await book(
      'b',
      Array.from({ length: spentByOther }, () => 10_000),
    )
    await other.tend(true)

    await book(
      'a',
      Array.from({ length: 30 }, () => 10_000),
    )
    const again = await startGateway('a')
    expect(await figures()).toEqual({ spent: BigInt(30 + spentByOther) * 10_000n, leased: 0n })
    expect(30 + spentByOther + (await spendAll(again))).toBe(100)
  })

  test('has the money of a gateway that never comes back again when its lease has ended, and not before', async () => {
    await setBudget(1_000_000n)
    const lost = await startGateway('a')
    taken(await reserve(lost, unit))
    const other = await startGateway('b')
    expect(await reserve(other, unit)).toMatchObject({ kind: 'short' })
    await database.pool.query(`update budget_lease set expires_at = now() - interval '1 second'`)
    await expect.poll(async () => (await reserve(other, unit)).kind).toBe('reserved')
  })

  test('gives others back what a gateway does not use', async () => {
    await setBudget(1_000_000n)
    const [one, other] = [await startGateway('a'), await startGateway('b')]
    const call = taken(await reserve(one, unit / 10n))
    call.settle(unit / 20n)
    await book('a', [50_000])
    await one.tend(true)
    expect(await figures()).toEqual({ spent: 50_000n, leased: 0n })
    expect(await reserve(other, (unit * 95n) / 100n)).toMatchObject({ kind: 'reserved' })
  })

  test('that is lowered, raised or taken away is so for the next call', async () => {
    const row = await setBudget(1_000_000n)
    const gateway = await startGateway('a')
    taken(await reserve(gateway, unit / 100n)).settle(0n)
    await database.transaction((tx) => updateBudget(tx, { ...row, limitMicros: 1000n }))
    await gateway.refresh()
    expect(await reserve(gateway, unit / 100n)).toMatchObject({ kind: 'short' })
    await database.transaction((tx) => updateBudget(tx, { ...row, limitMicros: 2_000_000n }))
    await gateway.refresh()
    taken(await reserve(gateway, unit / 100n))
    await database.direct.execute(sql`delete from budget`)
    await gateway.refresh()
    expect(await reserve(gateway, unit * 100n)).toMatchObject({ kind: 'reserved' })
  })

  test('counts what calls cost that were under way when it was set', async () => {
    const gateway = await startGateway('a')
    const early = taken(await reserve(gateway, unit))
    await setBudget(1_000_000n)
    await gateway.refresh()
    taken(await reserve(gateway, unit / 100n)).settle(unit / 100n)
    early.settle(unit / 2n)
    await book('a', [500_000, 10_000])
    expect(1 + 50 + (await spendAll(gateway))).toBe(100)
  })

  test('begins anew with a month', async () => {
    await setBudget(1_000_000n)
    const gateway = await startGateway('a')
    taken(await reserve(gateway, unit)).settle(unit)
    expect(await reserve(gateway, unit / 10n)).toMatchObject({ kind: 'short' })
    const next = await gateway.reserve(spender, unit / 10n, Date.UTC(2026, 11, 1))
    expect(next).toMatchObject({ kind: 'reserved' })
  })

  test('covers what replaced a key by rotation', async () => {
    await database.pool.query(`
      insert into project (id, organisation_id, sealed_name, name_index, created_at) values ('prj_1', 'org_1', '\\x00', 'i', now());
      insert into api_key (id, project_id, organisation_id, kind, sealed_name, prefix, secret_hash, created_at)
        values ('key_1', 'prj_1', 'org_1', 'api', '\\x00', 'p', 'h1', now()), ('key_2', 'prj_1', 'org_1', 'api', '\\x00', 'p', 'h2', now())`)
    await setBudget(1_000_000n, { projectId: 'prj_1', keyId: 'key_1', keyIds: ['key_1'] })
    await database.pool.query(`update api_key set replaced_by = 'key_2' where id = 'key_1'`)
    expect(await listBudgets(database.direct)).toMatchObject([{ keyId: 'key_2', keyIds: ['key_1', 'key_2'] }])
    const gateway = await startGateway('a')
    const reserved = await gateway.reserve({ ...spender, keyId: 'key_2' }, unit * 2n, now.getTime())
    expect(reserved).toMatchObject({ kind: 'short' })
  })
})

const spendAll = async (gateway: LeasedSpending): Promise<number> => {
  for (let calls = 0; ; calls += 1) {
    const reserved = await reserve(gateway, unit / 100n)
    if (reserved.kind !== 'reserved') return calls
    taken(reserved).settle(unit / 100n)
  }
}

test('owners and billing people are told once of each threshold, and of the highest that was passed at once', async () => {
  await setBudget(1_000_000n)
  const told: { to: string; subject: string }[] = []
  const deps = {
    ...{ database, clock, publicUrl: () => 'http://here' },
    mail: {
      write: async (_tx: unknown, { to, subject }: { to: string; subject: string }) => {
        told.push({ to, subject })
        return { written: true as const }
      },
    },
    peopleIn: async () => ['per_1', 'per_2'],
    addressesOf: async () =>
      new Map([
        ['per_1', 'one@example.org'],
        ['per_2', 'two@example.org'],
      ]),
  }
  await tellThresholds(deps)
  expect(told).toEqual([])
  await book('a', [510_000])
  await tellThresholds(deps)
  await tellThresholds(deps)
  expect(told.map(({ to, subject }) => `${to} ${subject}`)).toEqual([
    'one@example.org 50% of a budget is spent',
    'two@example.org 50% of a budget is spent',
  ])
  await book('a', [490_000])
  await tellThresholds(deps)
  await tellThresholds(deps)
  expect(told.slice(2).map(({ subject }) => subject)).toEqual([
    '100% of a budget is spent',
    '100% of a budget is spent',
  ])
  const alerts = (await figuresOf(database.direct, ['bud_1'], month)).get('bud_1')?.alerts
  expect(alerts?.map(({ percent }) => percent)).toEqual([50, 80, 100])
})
