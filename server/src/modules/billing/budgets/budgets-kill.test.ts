import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { insertBudget } from './budget-store.ts'
import { monthOf } from './month.ts'

let database: TestDatabase
const folders = ['one', 'other'].map((name) => mkdtempSync(join(tmpdir(), `avow-budget-${name}-`)))
const children: ChildProcess[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  await database.close()
})

const script = new URL('./test-kill-gateway.ts', import.meta.url).pathname

/** A gateway of its own on a folder; resolves once it spends. */
const startGateway = async (folder = ''): Promise<{ child: ChildProcess; ended: Promise<unknown> }> => {
  const child = spawn(process.execPath, [script, database.url, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  return { child, ended }
}

const books = async () => {
  const { rows } = await database.pool.query<Record<'calls' | 'hours' | 'budget' | 'leased', string>>(`
    select (select coalesce(sum(prompt_tokens), 0) from usage_event)::text as calls,
      (select coalesce(sum(cost_picos), 0) / 1000000000 from usage_hour)::int::text as hours,
      (select spent_picos / 1000000000 from budget_month)::int::text as budget,
      (select coalesce(sum(amount_picos), 0) from budget_lease)::text as leased`)
  return rows[0]
}

test('two gateways, one of them killed again and again: never is more spent than the budget, and nothing stays away', async () => {
  await database.pool.query(
    `insert into organisation (id, sealed_name, billing_country, created_at) values ('org_1', '\\x00', 'DE', now())`,
  )
  const now = new Date()
  const kind = 'month' as const
  const none = { projectId: null, keyId: null, keyIds: null, changedBy: null, kind, basePicos: '0', postedMicros: 0n }
  const row = { id: 'bud_1', organisationId: 'org_1', currency: 'EUR', limitMicros: 30_000_000n, thresholds: [] }
  await database.transaction((tx) =>
    insertBudget(tx, { ...row, ...none, createdAt: now, changedAt: now }, monthOf(now.getTime())),
  )
  const steady = await startGateway(folders[0])
  let kills = 0
  for (; kills < 4; kills += 1) {
    const { child, ended } = await startGateway(folders[1])
    await sleep(50 + kills * 100)
    child.kill('SIGKILL')
    await ended
    expect(Number((await books())?.budget)).toBeLessThanOrEqual(30_000)
  }
  const last = await startGateway(folders[1])
  await Promise.all([steady.ended, last.ended])
  // One that ended gave back what it held: the other had gone by then, so one more spends the rest.
  await (await startGateway(folders[0])).ended
  const found = await books()
  expect(found).toEqual({ calls: found?.budget, hours: found?.budget, budget: found?.budget, leased: '0' })
  expect(Number(found?.budget)).toBeLessThanOrEqual(30_000)
  // Less is left than one call sets aside.
  expect(Number(found?.budget)).toBeGreaterThan(30_000 - 10)
}, 180_000)
