import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { movableClock, systemClock } from '../../../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../../platform/db/test-database.ts'
import { createLog } from '../../../../platform/log/index.ts'
import { copyUsage } from '../../copy-usage.ts'
import { usageEventOf } from '../../test-usage-event.ts'
import { encodeUsageLine } from '../../usage-line.ts'
import { bookSpending } from '../book-spending.ts'
import { createSpending, type LeasedSpending } from '../spending.ts'
import { tellThresholds } from '../tell-thresholds.ts'
import { endBalance, findBalance, postAllUsage, setThresholds, topUp } from './balance-store.ts'
import { type BalanceView, viewBalances } from './view-balance.ts'

const micro = 1_000_000n
const unit = 1_000_000n * micro
const spender = { organisationId: 'org_1', projectId: 'prj_1', keyId: 'key_1' }

let database: TestDatabase
let client: Client
let moved: ReturnType<typeof movableClock>
let clock: typeof moved
let gateway: LeasedSpending

beforeEach(async () => {
  database = await createTestDatabase()
  moved = movableClock(new Date('2026-11-22T12:30:00Z'))
  clock = { ...moved, monotonicMs: systemClock.monotonicMs }
  client = new Client({ connectionString: database.url })
  await client.connect()
  await database.pool.query(
    `insert into organisation (id, sealed_name, billing_country, created_at) values ('org_1', '\\x00', 'DE', now())`,
  )
  gateway = createSpending({ database, databaseUrl: database.url, clock, log: createLog('silent'), holder: 'a' })
  await gateway.start()
})
afterEach(async () => {
  await gateway.stop()
  await client.end()
  await database.close()
})

const put = async (amountMicros: bigint) => {
  const given = { organisationId: 'org_1', currency: 'EUR', invoiceNumber: 'INV-1', enteredBy: 'per_1' }
  const done = await database.transaction((tx) => topUp(tx, clock, { ...given, amountMicros, reason: 'payment' }))
  await gateway.refresh()
  return done
}

/** Books a call that costs so many micro-units per token, as the shipper of the gateway does. */
const book = async (tokens: number, at = moved.now(), picosPerToken = micro): Promise<void> => {
  const prices = { promptMicrosPerMillion: picosPerToken, completionMicrosPerMillion: 0n }
  const event = {
    id: `call-${Math.random()}`,
    atMs: at.getTime(),
    promptTokens: tokens,
    completionTokens: 0,
    ...prices,
  }
  const lines = [`${encodeUsageLine(usageEventOf(event))}\n`]
  await copyUsage(client, { texts: () => lines }, new Set(), {
    disclose: async () => undefined,
    spend: bookSpending('a'),
  })
}

const balance = async (): Promise<BalanceView | undefined> => {
  await gateway.tend(true)
  const row = await findBalance(database.direct, 'org_1')
  return row && (await viewBalances(database.direct, [row]))[0]
}

interface EntryRow {
  readonly kind: string
  readonly debit: string
  readonly credit: string
  readonly amount: number
  readonly after: number
}

const ledger = async (): Promise<EntryRow[]> => {
  const { rows } = await database.pool.query<EntryRow>(
    'select kind, debit, credit, amount_micros::int as amount, balance_micros::int as after from ledger_entry order by at, id',
  )
  return rows
}

/** What an account holds by all entries. */
const accountOf = async (account: string): Promise<number> =>
  (await ledger()).reduce(
    (sum, { debit, credit, amount }) => sum + (credit === account ? amount : 0) - (debit === account ? amount : 0),
    0,
  )

const reserve = async (picos: bigint, atMs = moved.nowMs()) => gateway.reserve(spender, picos, atMs)

describe('a prepaid balance', () => {
  test('stops calls where it ends, also in later months, and goes on when it is topped up', async () => {
    expect(await reserve(unit * 100n)).toMatchObject({ kind: 'reserved' })
    await put(1_000_000n)
    const first = await reserve(unit)
    if (first.kind !== 'reserved') throw new Error('a call that fits was refused')
    first.reservation?.settle(unit)
    await book(1_000_000)
    expect(await reserve(unit / 100n)).toMatchObject({ kind: 'short', shortage: { budget: { kind: 'prepaid' } } })
    expect(await reserve(unit / 100n, Date.UTC(2027, 0, 1))).toMatchObject({ kind: 'short' })
    await put(500_000n)
    expect(await reserve(unit / 2n)).toMatchObject({ kind: 'reserved' })
    expect(await balance()).toMatchObject({ balanceMicros: '500000', leftMicros: '0', reservedMicros: '500000' })
  })

  test('stands beside monthly budgets, and begins with what is called from then on', async () => {
    await book(300_000)
    await book(200_000, new Date('2026-11-22T11:59:00Z'))
    await put(1_000_000n)
    await book(100_000, new Date('2026-11-22T11:59:00Z'))
    expect(await balance()).toMatchObject({ balanceMicros: '1000000', spentMicros: '0' })
    await book(100_000)
    expect(await balance()).toMatchObject({
      balanceMicros: '900000',
      spentMicros: '100000',
      lastTopUpMicros: '1000000',
    })
  })

  test('is kept in a ledger in which every amount is in two accounts, and parts of a micro-unit are never lost', async () => {
    await put(1000n)
    for (let call = 0; call < 3; call += 1) {
      // A third of the calls' 0.7 micro-units is no whole one at each posting.
      await book(7, moved.now(), 100_000n)
      moved.advance(86_400_000)
      await database.transaction((tx) => postAllUsage(tx, clock))
    }
    await put(-100n)
    expect((await ledger()).map(({ kind, amount, after }) => [kind, amount, after])).toEqual([
      ['payment', 1000, 1000],
      ['usage', 1, 999],
      ['usage', 1, 998],
      ['payment', 100, 898],
    ])
    expect([await accountOf('prepaid'), await accountOf('usage'), await accountOf('payments')]).toEqual([898, 2, -900])
    expect(await balance()).toMatchObject({ balanceMicros: '897' })
  })

  test('gives nothing back that was spent, and ends with an entry of what was left', async () => {
    await put(1000n)
    await book(400)
    expect(await put(-601n)).toBeNull()
    await put(-600n)
    await put(50n)
    expect(await database.transaction((tx) => endBalance(tx, clock, 'org_1', 'per_1'))).toBe(true)
    expect([await accountOf('prepaid'), await accountOf('closed')]).toEqual([0, 50])
    expect(await balance()).toBeUndefined()
    await gateway.refresh()
    expect(await reserve(unit)).toMatchObject({ kind: 'reserved', reservation: { settle: expect.any(Function) } })
    expect(await database.transaction((tx) => endBalance(tx, clock, 'org_1', 'per_1'))).toBe(false)
  })

  test('has entries that nobody can rewrite, in which an erased person is no more', async () => {
    await put(1000n)
    await expect(database.pool.query('update ledger_entry set amount_micros = 5')).rejects.toThrow('write another one')
    await database.pool.query('update ledger_entry set entered_by = null')
    expect(await ledger()).toHaveLength(1)
  })

  test('is told of when parts of what the last top-up left are spent, and again after the next one', async () => {
    await put(1000n)
    const told: string[] = []
    const deps = {
      ...{ database, clock, publicUrl: () => 'http://here' },
      mail: {
        write: async (_tx: unknown, { subject, text }: { subject: string; text: string }) => {
          told.push(`${subject} | ${text.split('\n')[0]}`)
          return { written: true as const }
        },
      },
      peopleIn: async () => ['per_1'],
      addressesOf: async () => new Map([['per_1', 'one@example.org']]),
    }
    const change = { thresholds: [60, 100], changedBy: null, changedAt: moved.now() }
    await database.transaction((tx) => setThresholds(tx, 'org_1', change))
    await book(500)
    await tellThresholds(deps)
    expect(told).toEqual([])
    await book(100)
    await tellThresholds(deps)
    await tellThresholds(deps)
    expect(told).toEqual([
      '60% of a prepaid balance is spent | The prepaid balance of the organisation: 0.0006 EUR of the 0.001 EUR are spent that were there after the last top-up.',
    ])
    expect((await balance())?.alerts).toMatchObject([{ percent: 60 }])
    await put(600n)
    await book(700)
    await tellThresholds(deps)
    expect(told[1]).toContain(
      '60% of a prepaid balance is spent | The prepaid balance of the organisation: 0.0007 EUR of',
    )
  })
})
