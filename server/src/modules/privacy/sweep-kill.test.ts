import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../app.ts'
import { ensureDayPartitions, listDayPartitions } from '../../platform/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const script = new URL('../../platform/gates/test-kill-sweep.ts', import.meta.url).pathname

/** Sweeps in a process that is killed before a statement. @returns null when it was killed, else what it printed */
const sweepUntil = (statement: number): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, database.url, String(statement)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(JSON.stringify(dataMap))
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null)
      else if (code === 0) resolve(output.trim())
      else reject(new Error(`the sweep ended with ${code}`))
    })
  })

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const oldDays = [new Date('2025-01-10T00:00:00Z'), new Date('2025-01-11T00:00:00Z')]

const fill = async (): Promise<void> => {
  for (const day of oldDays) {
    await ensureDayPartitions(database.direct, 'usage_event', day, 1)
    await query(
      `insert into usage_event (id, at, organisation_id, project_id, key_id, model, served, stream, outcome, status, prompt_tokens, completion_tokens, estimated, duration_ms, currency, prompt_micros_per_million, completion_micros_per_million, cost_micros)
       select 'e' || n, $1::timestamptz + n * interval '1 second', case when n % 10 = 0 then 'held' else 'free' end, 'p', 'k', 'm', 'embedded', false, 'completed', 200, 1, 1, false, 1, 'EUR', 0, 0, 0
       from generate_series(1, 50) n on conflict do nothing`,
      [day],
    )
  }
  await query(
    `insert into mail_outbox (id, about, sealed_recipient, recipient_index, kind, sealed_message, state, created_at)
     select 'm' || n, 'a', 'x', case when n % 100 = 0 then 'held' else 'free' end, 'k', 'x', 'sent', '2025-01-10' from generate_series(1, 2300) n on conflict do nothing`,
  )
}

const heldNow = async () => ({
  events: (await query("select count(*)::int as n from usage_event where organisation_id = 'held'"))[0]?.n,
  mail: (await query("select count(*)::int as n from mail_outbox where recipient_index = 'held'"))[0]?.n,
})
const freeNow = async () => ({
  events: (await query("select count(*)::int as n from usage_event where organisation_id = 'free'"))[0]?.n,
  mail: (await query("select count(*)::int as n from mail_outbox where recipient_index = 'free'"))[0]?.n,
})

it('a sweep killed again and again, each time further on, ends: what is due is gone, what is held is whole', async () => {
  await query(
    "insert into legal_hold (id, scope, subject_id, addresses, ground, placed_at, begins_at) values ('h1', 'organisation', 'held', '{}', 'test', now(), now()), ('h2', 'person', 'p', '{held}', 'test', now(), now())",
  )
  await fill()
  const held = await heldNow()
  expect(held).toEqual({ events: 10, mail: 23 })
  let output: string | null = null
  let kills = 0
  for (let statement = 2; output === null && statement < 200; statement += 4) {
    output = await sweepUntil(statement)
    if (output === null) kills++
    expect(await heldNow(), `killed before statement ${statement}`).toEqual(held)
  }
  expect(kills).toBeGreaterThan(6)
  expect(output).toMatch(/^swept /)
  expect(await freeNow()).toEqual({ events: 0, mail: 0 })
  expect(await heldNow()).toEqual(held)
  const days = (await listDayPartitions(database.direct, 'usage_event')).map(({ name }) => name)
  expect(days).toEqual(expect.arrayContaining(['usage_event_p20250110', 'usage_event_p20250111']))
  const runs = await query('select table_name, held from retention_run order by id desc limit 2')
  expect(runs).toEqual(
    expect.arrayContaining([
      { table_name: 'usage_event', held: 10 },
      { table_name: 'mail_outbox', held: 23 },
    ]),
  )

  await query("update legal_hold set ended_at = now() - interval '1 second'")
  expect(await sweepUntil(0)).toMatch(/^swept /)
  expect(await heldNow()).toEqual({ events: 0, mail: 0 })
}, 120_000)
