import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBilling } from '../modules/billing/index.ts'
import { systemClock } from '../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../platform/db/test-database.ts'
import { createLog } from '../platform/log/index.ts'
import { type AdoptionDeps, createAdoption } from './adopt-journals.ts'
import { gatewayIdOf } from './gateway-facts.ts'

let database: TestDatabase
const gateways = mkdtempSync(join(tmpdir(), 'avow-adopt-'))
const left = join(gateways, 'one')
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    `insert into organisation (id, sealed_name, billing_country, created_at) values ('org_1', '\\x00', 'DE', now());
     insert into budget (id, organisation_id, currency, limit_micros, thresholds, created_at, changed_at)
     values ('bud_1', 'org_1', 'EUR', 900000000, '{}', now(), now())`,
  )
})
afterAll(async () => {
  rmSync(gateways, { recursive: true, force: true })
  await database.close()
})

const script = new URL('../modules/billing/budgets/test-kill-gateway.ts', import.meta.url).pathname

/** A gateway that spends, and is killed. */
const killGateway = async (): Promise<void> => {
  mkdirSync(left)
  // The secret by which that gateway names its leases.
  writeFileSync(join(left, 'journal-holder'), left)
  const child = spawn(process.execPath, [script, database.url, left], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await sleep(400)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const books = async () => {
  const { rows } = await database.pool.query<{ tokens: number; budget: number; leases: number }>(`
    select (select coalesce(sum(prompt_tokens), 0) from usage_event)::int as tokens,
      (select coalesce(sum(spent_picos), 0) / 1000000000 from budget_month)::int as budget,
      (select count(*) from budget_lease)::int as leases`)
  return rows[0] ?? { tokens: 0, budget: 0, leases: 0 }
}

test('what a killed gateway left is booked when it does not come back, once, and its leases end', async () => {
  await killGateway()
  const before = await books()
  expect(before.leases).toBe(1)
  let opened = 0
  const billingIn: AdoptionDeps['billingIn'] = (folder, registry) => {
    opened += 1
    return createBilling({
      ...{ database, databaseUrl: database.url, clock: systemClock, log: createLog('silent'), dataDir: folder.path },
      ...{ registry, purposeGate: { require: () => undefined }, sync: 'soon' },
      ...{ folderSecret: folder.secret('journal-holder'), publicUrl: () => '' },
      ...{ disclose: async () => undefined, keyNames: async () => new Map(), projectsOf: async () => [] },
      accounts: { peopleIn: async () => [], addressesOf: async () => new Map() },
      mail: { write: async () => ({ written: true as const }) },
    })
  }
  let laterMs = 0
  const alive = new Set([gatewayIdOf(left)])
  const living = async () => alive
  const clock = { nowMs: () => systemClock.nowMs() + laterMs }
  const adoption = createAdoption({ gateways, clock, log: createLog('silent'), living, billingIn })
  await adoption.adoptLeft()
  expect([opened, await books()]).toEqual([0, before])
  laterMs = 61_000
  await adoption.adoptLeft()
  expect(opened).toBe(0)
  alive.clear()
  await adoption.adoptLeft()
  await adoption.adoptLeft()
  const after = await books()
  expect(opened).toBe(1)
  expect(after).toEqual({ tokens: after.budget, budget: after.budget, leases: 0 })
  expect(after.tokens).toBeGreaterThan(before.tokens)
}, 60_000)
