import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { copyUsage } from '../../server/src/modules/billing/copy-usage.ts'
import { encodeUsageLine, usageColumns } from '../../server/src/modules/billing/usage-line.ts'
import { startDatabase } from './database.ts'

// npm run bench:copy -w bench
// Rows a second: a bare COPY, and booking exactly once with sums, of the same rows into the same tables in turn.
const batches = 12
const rowsABatch = 12_000
const startMs = Date.UTC(2026, 0, 5, 10)

const batchOf = (number: number): string[] => {
  const texts: string[] = []
  for (let at = 0; at < rowsABatch; at += 16) {
    let text = ''
    for (let row = at; row < at + 16; row++) text += `${lineOf(number * rowsABatch + row)}\n`
    texts.push(text)
  }
  return texts
}

const lineOf = (row: number): string =>
  encodeUsageLine({
    id: `req_${String(row).padStart(26, '0')}`,
    atMs: startMs + row,
    organisationId: `org_${row % 20}`.padEnd(30, '0'),
    projectId: `prj_${row % 20}`.padEnd(30, '0'),
    keyId: `key_${row % 60}`.padEnd(30, '0'),
    model: 'smollm2-135m-instruct',
    served: 'embedded',
    origin: null,
    provider: null,
    stream: row % 2 === 0,
    outcome: 'completed',
    status: 200,
    promptTokens: 42,
    completionTokens: 108,
    estimated: false,
    firstByteMs: 12,
    durationMs: 400,
    currency: 'EUR',
    promptMicrosPerMillion: 150_000n,
    completionMicrosPerMillion: 600_000n,
    costMicros: 71n,
  })

const rate = (ms: number[]): number =>
  Math.round(rowsABatch / (([...ms].sort((a, b) => a - b)[Math.floor(ms.length / 2)] ?? 1) / 1000))

const postgres = await startDatabase()
const client = new Client({ connectionString: postgres.url })
await client.connect()
try {
  const knownDays = new Set<string>()
  const bare: number[] = []
  const booked: number[] = []
  await copyUsage(client, { texts: () => batchOf(1000) }, knownDays, { disclose: async () => undefined })
  for (let number = 0; number < batches; number++) {
    const texts = batchOf(number)
    const isBare = number % 2 === 0
    const began = performance.now()
    if (isBare) {
      await pipeline(
        Readable.from([Buffer.from(texts.join(''))]),
        client.query(copyFrom(`copy usage_event (${usageColumns}) from stdin`)),
      )
    } else await copyUsage(client, { texts: () => texts }, knownDays, { disclose: async () => undefined })
    ;(isBare ? bare : booked).push(performance.now() - began)
  }
  const result = {
    bareCopyRowsPerSecond: rate(bare),
    bookedRowsPerSecond: rate(booked),
    ratio: Math.round((rate(booked) / rate(bare)) * 100) / 100,
    goal: '>= 0.7',
  }
  console.table(result)
  mkdirSync(join(import.meta.dirname, '../results'), { recursive: true })
  writeFileSync(
    join(import.meta.dirname, '../results/copy-ratio.json'),
    `${JSON.stringify({ at: new Date().toISOString(), ...result }, null, 2)}\n`,
  )
} finally {
  await client.end()
  await postgres.stop()
}
