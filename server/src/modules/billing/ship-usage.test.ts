import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../platform/db/test-database.ts'
import { type Journal, openJournal } from '../../platform/journal/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { copyUsage, type DiscloseOn } from './copy-usage.ts'
import { createUsageShipper, type UsageShipper } from './ship-usage.ts'
import { usageEventOf } from './test-usage-event.ts'
import type { UsageEvent } from './usage-event.ts'
import { encodeUsageLine } from './usage-line.ts'

let database: TestDatabase
let folder: string
let journal: Journal
const shippers: UsageShipper[] = []
/** What a third party saw, as it was told in transactions that were committed. */
const disclose: DiscloseOn = async (client, calls) => {
  const tx = database.over(client)
  for (const { provider, requests, first, last } of calls)
    await tx.execute(sql`insert into seen values (${provider}, ${requests}, ${first}, ${last})`)
}

beforeEach(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table seen (provider text, requests int, first text, last text)')
  folder = mkdtempSync(join(tmpdir(), 'avow-ship-'))
  journal = openJournal({ folder, reserveBytes: 0 })
})

afterEach(async () => {
  for (const shipper of shippers.splice(0)) await shipper.stop()
  await journal.close()
  rmSync(folder, { recursive: true, force: true })
  await database.close()
})

const shipperTo = (databaseUrl: string): UsageShipper => {
  const shipper = createUsageShipper({ journal, databaseUrl, log: createLog('silent'), follow: { disclose } })
  shippers.push(shipper)
  return shipper
}

const book = (event: UsageEvent): Promise<void> =>
  new Promise((resolve, reject) =>
    journal.append(encodeUsageLine(event), (error) => (error ? reject(error) : resolve())),
  )

const textsOf = (...lines: string[]) => ({ texts: () => lines.map((line) => `${line}\n`) })

const events = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ id: string }>('select id from usage_event order by id')
  return rows.map((row) => row.id)
}

const sums = async () => {
  const { rows } = await database.pool.query(
    'select hour, project_id, requests::int, failed_requests::int as failed, prompt_tokens::int as prompt, completion_tokens::int as completion, (cost_picos / 1000000)::int as cost from usage_hour order by hour, project_id',
  )
  return rows as Record<string, unknown>[]
}

test('what is booked is in the database after a flush, with sums by hour, and the journal is empty again', async () => {
  const shipper = shipperTo(database.url)
  await book(usageEventOf({ id: 'a' }))
  await book(
    usageEventOf({
      id: 'b',
      outcome: 'upstream_failed',
      promptTokens: 0,
      completionTokens: 2,
      promptMicrosPerMillion: 0n,
      completionMicrosPerMillion: 0n,
    }),
  )
  await book(usageEventOf({ id: 'c', atMs: Date.UTC(2026, 2, 14, 11), provider: 'tab\tand\\slash' }))
  await book(usageEventOf({ id: 'd', projectId: 'prj_2', atMs: Date.UTC(2026, 2, 15) }))
  await shipper.flush()
  expect(await events()).toEqual(['a', 'b', 'c', 'd'])
  expect(await sums()).toEqual([
    {
      hour: new Date('2026-03-14T10:00:00Z'),
      project_id: 'prj_1',
      requests: 2,
      failed: 1,
      prompt: 10,
      completion: 7,
      cost: 7,
    },
    {
      hour: new Date('2026-03-14T11:00:00Z'),
      project_id: 'prj_1',
      requests: 1,
      failed: 0,
      prompt: 10,
      completion: 5,
      cost: 7,
    },
    {
      hour: new Date('2026-03-15T00:00:00Z'),
      project_id: 'prj_2',
      requests: 1,
      failed: 0,
      prompt: 10,
      completion: 5,
      cost: 7,
    },
  ])
  const { rows } = await database.pool.query("select provider from usage_event where id = 'c'")
  expect(rows).toEqual([{ provider: 'tab\tand\\slash' }])
  expect(journal.bytes()).toBe(0)
})

test('a batch that is sent again, in whole or in part, counts once', async () => {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((id) => encodeUsageLine(usageEventOf({ id })))
  const otherA = encodeUsageLine(usageEventOf({ id: 'a', outcome: 'interrupted' }))
  expect(await copyUsage(client, textsOf(a, b), new Set(), { disclose })).toEqual({ added: 2, unreadable: 0 })
  expect(await copyUsage(client, textsOf(a, b), new Set(), { disclose })).toEqual({ added: 0, unreadable: 0 })
  expect(await copyUsage(client, textsOf(b, c, c, otherA), new Set(), { disclose })).toEqual({
    added: 1,
    unreadable: 0,
  })
  await client.end()
  expect(await events()).toEqual(['a', 'b', 'c'])
  expect(await sums()).toMatchObject([{ requests: 3, failed: 0, prompt: 30, completion: 15, cost: 21 }])
})

test('a line that is no usage is left out and told, and does not hold up the others', async () => {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const line = encodeUsageLine(usageEventOf({ id: 'a' }))
  expect(await copyUsage(client, textsOf(line, 'nonsense'), new Set(), { disclose })).toEqual({
    added: 1,
    unreadable: 1,
  })
  await client.end()
  expect(await events()).toEqual(['a'])
})

test('a flush covers what was booked while another one is under way', async () => {
  const shipper = shipperTo(database.url)
  const flushes: Promise<void>[] = []
  for (let n = 0; n < 20; n++) {
    await book(usageEventOf({ id: `e${n}` }))
    flushes.push(shipper.flush())
  }
  await Promise.all(flushes)
  expect(await events()).toHaveLength(20)
})

interface Proxy {
  readonly url: string
  cut(): void
  restore(): void
  close(): void
}

/** In front of the database, so that it can be away. */
async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url)
  const { hostname, port } = target
  const open = new Set<Socket>()
  let isCut = false
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = new Socket().connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  target.port = String(typeof address === 'object' && address !== null ? address.port : 0)
  target.hostname = '127.0.0.1'
  const destroyAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: target.href,
    cut: () => {
      isCut = true
      destroyAll()
    },
    restore: () => {
      isCut = false
    },
    close: () => {
      destroyAll()
      server.close()
    },
  }
}

test('with the database away usage waits in the journal and is carried when it is back', async () => {
  const proxy = await proxyTo(database.url)
  const shipper = shipperTo(proxy.url)
  await book(usageEventOf({ id: 'before' }))
  await shipper.flush()
  proxy.cut()
  await book(usageEventOf({ id: 'during' }))
  await expect(shipper.flush()).rejects.toThrow()
  expect(journal.bytes()).toBeGreaterThan(0)
  proxy.restore()
  await shipper.flush()
  expect(await events()).toEqual(['before', 'during'])
  expect(journal.bytes()).toBe(0)
  await shipper.stop()
  proxy.close()
})

test('a connection that is lost at any moment of a batch neither loses nor doubles it', async () => {
  const proxy = await proxyTo(database.url)
  const shipper = shipperTo(proxy.url)
  const wanted: string[] = []
  for (let round = 0; round < 12; round++) {
    for (let n = 0; n < 300; n++) {
      const id = `r${String(round).padStart(2, '0')}-${String(n).padStart(3, '0')}`
      wanted.push(id)
      journal.append(encodeUsageLine(usageEventOf({ id })), () => undefined)
    }
    const flushing = shipper.flush()
    const cut = setTimeout(() => proxy.cut(), round * 2)
    await flushing.catch(() => undefined)
    clearTimeout(cut)
    proxy.restore()
  }
  await shipper.flush()
  expect(await events()).toEqual(wanted)
  expect(await sums()).toMatchObject([{ requests: wanted.length, prompt: wanted.length * 10 }])
  await shipper.stop()
  proxy.close()
})

test('what a third party saw is told once, by day, key and provider, also of a batch that is sent again', async () => {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const line = (id: string, hour: number, more: Partial<UsageEvent> = {}) =>
    encodeUsageLine(usageEventOf({ id, provider: 'Tab\tLtd', atMs: Date.UTC(2026, 2, 14, hour), ...more }))
  const lines = [
    line('a', 9),
    line('b', 8),
    line('c', 10),
    line('d', 10, { keyId: 'key_2' }),
    line('e', 9, { provider: null }),
  ]
  await copyUsage(client, textsOf(...lines), new Set(), { disclose })
  await copyUsage(client, textsOf(...lines, line('f', 11)), new Set(), { disclose })
  await client.end()
  const at = (hour: string) => `2026-03-14T${hour}:00:00.000Z`
  expect((await database.pool.query('select * from seen order by requests desc, first')).rows).toEqual([
    { provider: 'Tab\tLtd', requests: 3, first: at('08'), last: at('10') },
    { provider: 'Tab\tLtd', requests: 1, first: at('10'), last: at('10') },
    { provider: 'Tab\tLtd', requests: 1, first: at('11'), last: at('11') },
  ])
})
