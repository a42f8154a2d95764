import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { openTestVault } from '../../../platform/vault/test-vault.ts'
import { answer, chat, data, piece, until } from '../gateway/test-answers.ts'
import { startTestGateway, type TestGateway } from '../gateway/test-gateway.ts'
import { bodyBytesKept } from './capture.ts'
import { type BatchingKeeper, createBodyKeeper, type KeeperDeps } from './keep-bodies.ts'
import type { Keeping } from './keeping.ts'

let database: TestDatabase
let vault: Vault
beforeAll(async () => {
  database = await createTestDatabase()
  vault = await openTestVault(database.url)
  expect(dataMap.some(({ table }) => table === 'kept_call')).toBe(true)
})
afterAll(async () => {
  await vault.close()
  await database.close()
})
beforeEach(() => database.pool.query('truncate kept_call'))

const longest: Keeping = { period: null }

/** A gateway on a mock, whose calls' bodies go to the real keeper. */
const withGateway = async (
  changed: Partial<KeeperDeps>,
  work: (at: TestGateway, keeper: BatchingKeeper, registry: Registry) => Promise<void>,
): Promise<void> => {
  const registry = new Registry()
  const keepings = { of: () => longest }
  const parts = { database, vault, keepings, registry, clock: systemClock, log: createLog('silent') }
  const bodies = createBodyKeeper({ ...parts, ...changed })
  const at = await startTestGateway({ deps: { bodies, bodyBytesMax: 3 * bodyBytesKept } })
  try {
    await work(at, bodies, registry)
  } finally {
    await at.close()
  }
}

const kept = async () => {
  const { rows } = await database.pool.query(
    'select id, operation, stream, outcome, status, is_cut, request_bytes, response_bytes, organisation_id, sealed_bodies from kept_call order by id',
  )
  return Promise.all(
    rows.map(async ({ id, organisation_id: subject, sealed_bodies: sealed, ...row }) => {
      const place = { table: 'kept_call', column: 'sealed_bodies', row: id }
      const [plain] = await vault.openMany(database.direct, [{ subject, place, sealed }])
      return { ...row, ...(JSON.parse(plain ?? '{}') as { request: string; response: string | null }) }
    }),
  )
}

test('completions and embeddings are kept as chats are', async () => {
  await withGateway({}, async (at, keeper) => {
    at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
    const send = (path: string, body: object) =>
      fetch(`${at.url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-good', 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', ...body }),
      }).then((response) => response.text())
    await send('chat/completions', { messages: [{ role: 'user', content: 'one' }] })
    await send('completions', { prompt: 'two' })
    await send('embeddings', { input: ['three'] })
    await send('embeddings', { input: ['four'], store: false })
    await send('completions', { prompt: 'five', store: false })
    await keeper.flush()
    expect(await kept()).toMatchObject([
      { operation: 'chat.completions', request: expect.stringContaining('one'), response: answer() },
      { operation: 'completions', request: '{"model":"m","prompt":"two"}', response: answer(), is_cut: false },
      { operation: 'embeddings', request: '{"model":"m","input":["three"]}', response: answer() },
    ])
  })
})

test('a stream that the caller leaves is kept up to there', async () => {
  await withGateway({}, async (at, keeper) => {
    at.upstream.answerWith((_, res) => {
      res.setHeader('content-type', 'text/event-stream')
      res.write(piece('First.'))
    })
    const leave = new AbortController()
    const response = await at.post({ ...chat, stream: true }, { signal: leave.signal })
    await response.body?.getReader().read()
    leave.abort()
    await until(() => at.gateway.activeCalls() === 0)
    await keeper.flush()
    expect(await kept()).toMatchObject([
      { outcome: 'client_gone', stream: true, response: expect.stringContaining('First.') },
    ])
  })
})

test('of a large body the first MiB is kept, and it says so; the caller gets all of it', async () => {
  await withGateway({}, async (at, keeper) => {
    const long = answer('x'.repeat(bodyBytesKept + 10))
    at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(long))
    const response = await at.post({ ...chat, pad: 'y'.repeat(bodyBytesKept) })
    expect((await response.text()).length).toBe(long.length)
    await keeper.flush()
    const [one] = await kept()
    expect(one).toMatchObject({ is_cut: true, response_bytes: long.length })
    expect([one?.request.length, one?.response?.length]).toEqual([bodyBytesKept, bodyBytesKept])
  })
})

test('what a project took back before it was written is not written', async () => {
  let keeping: Keeping | null = longest
  await withGateway({ keepings: { of: () => keeping } }, async (at, keeper) => {
    at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
    await (await at.post(chat)).text()
    keeping = null
    await keeper.flush()
    expect(await kept()).toEqual([])
  })
})

test('what belongs to an erased organisation is not written, and what comes after it is', async () => {
  const shredded: KeeperDeps['vault'] = {
    sealFor: async (subject, place, plain) => {
      if (plain.includes('of the erased')) await vault.shred('org_erased')
      return vault.sealFor(plain.includes('of the erased') ? 'org_erased' : subject, place, plain)
    },
  }
  await withGateway({ vault: shredded }, async (at, keeper) => {
    at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
    await (await at.post({ ...chat, note: 'of the erased' })).text()
    await (await at.post(chat)).text()
    await keeper.flush()
    expect(await kept()).toHaveLength(1)
  })
})

test('while the database is away bodies wait, answers do not, and what does not fit in memory is counted', async () => {
  let isAway = true
  const transaction: TestDatabase['transaction'] = (work) =>
    isAway ? Promise.reject(new Error('away')) : database.transaction(work)
  await withGateway({ database: { ...database, transaction } }, async (at, keeper, registry) => {
    at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
    const large = { ...chat, pad: 'z'.repeat(2.5 * bodyBytesKept) }
    for (let sent = 0; sent < 27; sent++) expect((await at.post(large)).status).toBe(200)
    await expect(keeper.flush()).rejects.toThrow('away')
    isAway = false
    await keeper.flush()
    const rows = await database.pool.query('select 1 from kept_call')
    const lost = (await registry.getSingleMetric('avow_bodies_lost_total')?.get())?.values[0]?.value
    expect(lost).toBeGreaterThan(0)
    expect(rows.rows.length + (lost ?? 0)).toBe(27)
    // What was written makes room again.
    await (await at.post(large)).text()
    await keeper.flush()
    expect((await database.pool.query('select 1 from kept_call')).rows.length).toBe(rows.rows.length + 1)
  })
})

test('what is no JSON is kept as it came', async () => {
  await withGateway({}, async (at, keeper) => {
    at.upstream.answerWith((_, res) => {
      res.setHeader('content-type', 'text/event-stream')
      res.end(piece('Half') + data('{"not json'))
    })
    await at.post({ ...chat, stream: true }).then(
      (response) => response.text(),
      () => '',
    )
    await until(() => at.gateway.activeCalls() === 0)
    await keeper.flush()
    expect(await kept()).toMatchObject([{ response: expect.stringContaining('Half') }])
  })
})
