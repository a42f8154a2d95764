import { createHash } from 'node:crypto'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import { type CallLimits, createCallLimits } from '../gateway/call-limits.ts'
import type { KeyRecord } from '../gateway/key-directory.ts'
import { listGateways } from './gateway-store.ts'
import { createMembership, type Membership } from './membership.ts'

let database: TestDatabase
const members: Membership[] = []
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  for (const member of members.splice(0)) await member.stop()
  await database.close()
})

const vault = {
  keyedHash: (use: string, value: string) => createHash('sha256').update(`${use} ${value}`).digest('hex'),
}

const join = async (name: string): Promise<CallLimits> => {
  const callLimits = createCallLimits()
  const member = createMembership({
    ...{ database, clock: systemClock, log: createLog('silent'), vault, registry: new Registry() },
    ...{ self: { id: `gtw_${name}`, name, version: '1' }, callLimits, activeCalls: () => 0, beatMs: 100 },
  })
  members.push(member)
  await member.start()
  return callLimits
}

const keyNamed = (keyId: string): KeyRecord => ({
  ...{ keyId, projectId: 'p', organisationId: 'o', state: 'active', expiresAtMs: null, allowedModels: null },
  ...{ requestsPerMinute: 600, tokensPerMinute: null, concurrentRequests: null },
})

/** How many requests a minute come back here for a key: asked a second after all that were there are spent. */
const paceOf = (limits: CallLimits, keyId: string): number => {
  const atMs = systemClock.monotonicMs()
  const spend = (nowMs: number): number => {
    let spent = 0
    while (limits.admit(keyNamed(keyId), 1, nowMs).refusal === null) spent++
    return spent
  }
  spend(atMs)
  return spend(atMs + 1000) * 60
}

const wait = { timeout: 8000, interval: 100 }

test('gateways that count the same key share its limit; one that nobody else counts has all of it', async () => {
  const [one, two] = [await join('one'), await join('two')]
  const both = (): number[] => [paceOf(one, 'both'), paceOf(two, 'both')]
  await vi.waitFor(() => expect(both()).toEqual([300, 300]), wait)
  await vi.waitFor(() => expect(paceOf(one, 'alone')).toBe(600), wait)
})

test('of one that was killed the share comes back, and it is shown as gone; one that stops is shown no more', async () => {
  const one = await join('one')
  await join('two')
  const states = async () => (await listGateways(database.direct)).map(({ name, isAlive }) => [name, isAlive])
  expect(await states()).toEqual([
    ['one', true],
    ['two', true],
  ])
  await vi.waitFor(() => expect(paceOf(one, 'fresh')).toBe(300), wait)
  // As if it had been killed eleven seconds ago.
  const killed = members.pop()
  await killed?.stop()
  await database.pool.query(
    `insert into gateway (id, name, version, started_at, seen_at, active_calls)
     values ('gtw_two', 'two', '1', now(), now() - interval '11 seconds', 3)`,
  )
  await vi.waitFor(() => expect(paceOf(one, 'fresh')).toBe(600), wait)
  expect(await states()).toEqual([
    ['one', true],
    ['two', false],
  ])
})

test('a gateway that cannot be heard goes on with the share that it knew', async () => {
  const one = await join('one')
  await join('two')
  await vi.waitFor(() => expect(paceOf(one, 'key')).toBe(300), wait)
  await database.pool.query('alter table gateway rename to gateway_away')
  await new Promise((passed) => setTimeout(passed, 300))
  expect(paceOf(one, 'new')).toBe(300)
  await database.pool.query('alter table gateway_away rename to gateway')
})
