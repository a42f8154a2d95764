import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { noReadings, openDatabase } from '../../server/src/platform/db/index.ts'
import { startDatabase } from './database.ts'
import { HttpConnection, requestBytes } from './http-connection.ts'
import { startMock } from './targets.ts'

// npm run bench:kill -w bench [-- --rounds 200 --port 9380]
// Kills the gateway under load, plain and streaming, starts it again, and compares its books with what callers got.
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, port: { type: 'string', default: '9380' } },
})
const rounds = Number(values.rounds)
const port = Number(values.port)
const callers = 16

interface Got {
  /** Request ids of plain answers that arrived whole. */
  readonly whole: string[]
  /** Events that arrived, by request id, and whether the stream ended well. */
  readonly streams: Map<string, { events: number; ended: boolean }>
}

const program = join(import.meta.dirname, 'gateway-process.ts')

const startGateway = async (database: string, data: string) => {
  const child = spawn(process.execPath, [program, String(port), `http://127.0.0.1:${port + 1}`, database, data])
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (let waited = 0; !/^ready/m.test(said); waited += 20) {
    if (child.exitCode !== null || waited > 30_000) throw new Error(`the gateway did not start: ${said}`)
    await sleep(20)
  }
  return { child, ended }
}

const ask = (stream: boolean): Buffer =>
  requestBytes(
    '/v1/chat/completions',
    { authorization: 'Bearer key' },
    JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'Go on.' }], stream }),
  )

/** Calls until the connection breaks. */
const callOn = async (got: Got, stream: boolean): Promise<void> => {
  const request = ask(stream)
  for (;;) {
    const connection = new HttpConnection(port)
    let id = ''
    connection.onHead = (head) => {
      id = /x-request-id: (\S+)/i.exec(head)?.[1] ?? ''
      if (stream) got.streams.set(id, { events: 0, ended: false })
    }
    connection.onBody = (chunk) => {
      const seen = got.streams.get(id)
      if (seen !== undefined) seen.events += chunk.toString('latin1').split('"delta":{"content"').length - 1
    }
    const status = await new Promise<number>((resolve) => connection.send(request, resolve))
    connection.close()
    if (status !== 200) return
    if (stream) {
      const seen = got.streams.get(id)
      if (seen !== undefined) seen.ended = true
    } else got.whole.push(id)
  }
}

const main = async (): Promise<void> => {
  const data = mkdtempSync(join(tmpdir(), 'avow-bench-kill-'))
  const postgres = await startDatabase()
  const mock = await startMock(port + 1, 40, 5)
  const got: Got = { whole: [], streams: new Map() }
  const began = performance.now()
  try {
    for (let round = 0; round < rounds; round++) {
      const { child, ended } = await startGateway(postgres.url, data)
      const calling = Promise.all(Array.from({ length: callers }, (_, n) => callOn(got, n % 2 === 0)))
      await sleep(20 + Math.random() * 300)
      child.kill('SIGKILL')
      await ended
      await calling
      if (round % 20 === 19)
        console.log(`  ${round + 1} kills, ${got.whole.length} answers, ${got.streams.size} streams`)
    }
    const { child, ended } = await startGateway(postgres.url, data)
    child.kill('SIGTERM')
    await ended
    const result = await compare(postgres.url, got)
    console.table(result)
    mkdirSync(join(import.meta.dirname, '../results'), { recursive: true })
    const report = {
      at: new Date().toISOString(),
      kills: rounds,
      seconds: Math.round((performance.now() - began) / 1000),
      ...result,
    }
    writeFileSync(join(import.meta.dirname, '../results/kill-rounds.json'), `${JSON.stringify(report, null, 2)}\n`)
    if (result.answersLost + result.streamsLost + result.doubled + result.eventsLost + result.wrongSums > 0)
      process.exitCode = 1
  } finally {
    await mock.stop()
    await postgres.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

const compare = async (url: string, got: Got) => {
  const database = openDatabase(url, 2, () => undefined, noReadings)
  const { rows } = await database.pool.query<{ id: string; outcome: string; n: number; tokens: number }>(
    'select id, min(outcome) as outcome, count(*)::int as n, sum(completion_tokens)::int as tokens from usage_event group by id',
  )
  const sums = await database.pool.query<{ requests: number; tokens: number; events: number; eventTokens: number }>(
    `select (select sum(requests) from usage_hour)::int as requests, (select sum(completion_tokens) from usage_hour)::int as tokens,
       (select count(*) from usage_event)::int as events, (select sum(completion_tokens) from usage_event)::int as "eventTokens"`,
  )
  await database.close()
  const booked = new Map(rows.map((row) => [row.id, row]))
  let eventsLost = 0
  let interrupted = 0
  for (const [id, seen] of got.streams) {
    const row = booked.get(id)
    const counted = row?.tokens ?? 0
    if (counted < seen.events || (seen.ended && row?.outcome !== 'completed'))
      eventsLost += Math.max(1, seen.events - counted)
    if (row?.outcome === 'interrupted') interrupted++
  }
  const [sum] = sums.rows
  return {
    answers: got.whole.length,
    streams: got.streams.size,
    streamsInterrupted: interrupted,
    answersLost: got.whole.filter((id) => !booked.has(id)).length,
    streamsLost: [...got.streams.keys()].filter((id) => !booked.has(id)).length,
    doubled: rows.filter((row) => row.n > 1).length,
    eventsLost,
    wrongSums: sum?.requests === sum?.events && sum?.tokens === sum?.eventTokens ? 0 : 1,
  }
}

await main()
