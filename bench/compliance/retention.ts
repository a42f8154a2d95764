import { dataMap } from '../../server/src/app.ts'
import { usageColumns } from '../../server/src/modules/billing/usage-line.ts'
import { ensureDayPartitions } from '../../server/src/platform/db/index.ts'
import { keepResult, median, rounded } from '../figures.ts'
import { openPlatform } from './open-platform.ts'

// npm run bench:retention -w bench
// Expiring a day of usage by the retention gate, and by DELETE and VACUUM of the same rows in a table that is not partitioned.
// Both tables hold a month that stays, as a table of logs does: VACUUM goes through the indexes of all of it.
const rowsADay = 300_000
const daysKept = 30
const rounds = 3
const dayMs = 86_400_000

const platform = await openPlatform(dataMap)
const { clock, database, gates } = platform
const { pool } = database
const of = gates.retention.tables.find(({ table }) => table === 'usage_event')
if (of === undefined) throw new Error('the data map has no usage_event')

const firstOf = async <T>(sql: string, values: unknown[] = []): Promise<T> =>
  (await pool.query(sql, values)).rows[0] as T
const walNow = async (): Promise<string> =>
  (await firstOf<{ at: string }>('select pg_current_wal_lsn()::text as at')).at
const walSince = async (at: string): Promise<number> =>
  Number(
    (
      await firstOf<{ bytes: string }>('select pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::bigint as bytes', [
        at,
      ])
    ).bytes,
  )
const bytesOf = async (table: string): Promise<number> =>
  Number(
    (
      await firstOf<{ bytes: string }>(
        'select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as bytes from pg_class where oid = $1::regclass or oid in (select inhrelid from pg_inherits where inhparent = $1::regclass)',
        [table],
      )
    ).bytes,
  )

const fill = async (table: string, day: Date): Promise<void> => {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query(
      `insert into ${table} (${usageColumns})
       select 'req_' || n, $1::timestamptz + n * interval '80 milliseconds', 'org_' || n % 20, 'prj_' || n % 20, 'key_' || n % 60, 'm', 'embedded',
         null, false, 'completed', 200, 42, 108, false, 12, 400, 'EUR', 150000, 600000, 71 from generate_series(1, ${rowsADay}) n`,
      [day],
    )
  } finally {
    client.release()
  }
}

/** As the database's own upkeep has left a day that is months old. */
const settle = async (table: string): Promise<void> => {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query(`vacuum (analyze) ${table}`)
  } finally {
    client.release()
  }
}

interface Measured {
  readonly ms: number
  readonly walBytes: number
  readonly bytesBefore: number
  readonly bytesAfter: number
}

const measure = async (table: string, work: () => Promise<void>): Promise<Measured> => {
  await pool.query('checkpoint').catch(() => undefined)
  const [bytesBefore, wal, began] = [await bytesOf(table), await walNow(), performance.now()]
  await work()
  const ms = performance.now() - began
  return { ms, walBytes: await walSince(wal), bytesBefore, bytesAfter: await bytesOf(table) }
}

const now = Math.floor(clock.nowMs() / dayMs) * dayMs
const monthThatStays = async (table: string): Promise<void> => {
  for (let ago = daysKept; ago > 0; ago--) {
    const day = new Date(now - ago * dayMs)
    if (table === 'usage_event') await ensureDayPartitions(database.direct, table, day, 1)
    await fill(table, day)
    process.stderr.write(`\r${table}: ${daysKept - ago + 1} of ${daysKept} days`)
  }
  process.stderr.write('\n')
}

const byGate = async (day: Date): Promise<Measured> => {
  await ensureDayPartitions(database.direct, 'usage_event', day, 1)
  await fill('usage_event', day)
  await settle('usage_event')
  return measure('usage_event', async () => {
    const { removed } = await gates.retention.sweep(of)
    if (removed !== rowsADay) throw new Error(`the gate removed ${removed} rows of ${rowsADay}`)
  })
}

const byDelete = async (day: Date): Promise<Measured> => {
  await fill('plain_event', day)
  await settle('plain_event')
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    return await measure('plain_event', async () => {
      const { rowCount } = await client.query('delete from plain_event where at < $1', [
        new Date(day.getTime() + dayMs),
      ])
      if (rowCount !== rowsADay) throw new Error(`DELETE removed ${rowCount} rows of ${rowsADay}`)
      await client.query('vacuum plain_event')
    })
  } finally {
    client.release()
  }
}

const [gate, deleted]: [Measured[], Measured[]] = [[], []]
await pool.query('create table plain_event (like usage_event including all)')
for (const table of ['usage_event', 'plain_event']) await monthThatStays(table)
for (let round = 0; round < rounds; round++) {
  const day = new Date(now - (200 + round) * dayMs)
  gate.push(await byGate(day))
  deleted.push(await byDelete(day))
}
const figures = (all: readonly Measured[]) => ({
  ms: rounded(median(all.map(({ ms }) => ms))),
  walBytes: median(all.map(({ walBytes }) => walBytes)),
  bytesBefore: median(all.map(({ bytesBefore }) => bytesBefore)),
  bytesAfter: median(all.map(({ bytesAfter }) => bytesAfter)),
})
const [gateFigures, deleteFigures] = [figures(gate), figures(deleted)]
const ratio = rounded(deleteFigures.ms / gateFigures.ms)
const result = {
  rowsADay,
  daysKept,
  rounds,
  byGate: gateFigures,
  byDeleteAndVacuum: deleteFigures,
  ratio,
  goal: '>= 10',
}
console.table({ gate: gateFigures, 'DELETE + VACUUM': deleteFigures })
console.log(`the gate is ${ratio} times as fast (goal: 10)`)
keepResult('retention', result)
await platform.stop()
