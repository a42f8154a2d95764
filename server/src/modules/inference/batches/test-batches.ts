import OpenAI from 'openai'
import { Registry } from 'prom-client'
import { Pool } from 'undici'
import { movableClock } from '../../../platform/clock/index.ts'
import type { MappedColumn } from '../../../platform/db/index.ts'
import type { TestDatabase } from '../../../platform/db/test-database.ts'
import { createLog } from '../../../platform/log/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Metering } from '../../billing/index.ts'
import { createCallLimits } from '../gateway/call-limits.ts'
import { type GatewayDeps, placedAnywhere } from '../gateway/gateway-deps.ts'
import { createGatewayMetrics } from '../gateway/gateway-metrics.ts'
import type { KeyRecord } from '../gateway/key-directory.ts'
import { listenOnLoopback, startMockModelServer } from '../gateway/mock-model-server.ts'
import type { ModelRoute } from '../gateway/model-route.ts'
import { keyRecord, openBooks, routeTo } from '../gateway/test-gateway.ts'
import { createBatches } from './index.ts'

export const chatPath = '/v1/chat/completions'

/** A line of an input file whose call names itself. */
export const inputLine = (customId: string, more: Record<string, unknown> = {}, body: Record<string, unknown> = {}) =>
  JSON.stringify({
    ...{ custom_id: customId, method: 'POST', url: chatPath },
    ...{ body: { model: 'm', messages: [{ role: 'user', content: customId }], ...body }, ...more },
  })

/** A model's server, books and a clock that outlive the processes that work on batches. */
export const startBatchStage = async (database: TestDatabase, vault: Vault, map: readonly MappedColumn[]) => {
  const upstream = await startMockModelServer()
  const pool = new Pool(upstream.url)
  const models = new Map<string, ModelRoute>([['m', routeTo(pool)]])
  const keys = new Map([['sk-good', keyRecord()]])
  const log = createLog('silent')
  const books = openBooks(log, {})
  const clock = movableClock(new Date('2026-11-22T10:00:00Z'))
  const policy = { categories: new Set(['content.batch']), retention: () => ({ period: { text: 'P30D' } }) }
  const busy = { calls: 0 }
  const keyById = async (id: string): Promise<KeyRecord | null> =>
    [...keys.values()].find(({ keyId }) => keyId === id) ?? null

  /** What a process works with: gone with it. @param more what this one does otherwise */
  const startProcess = async (
    more: { metering?: Metering; policy?: unknown; strangers?: GatewayDeps['strangers'] } = {},
  ) => {
    const metering = more.metering ?? books.metering
    const gateway = {
      keys: {
        find: async (secret: string) => keys.get(secret) ?? null,
        onChange: () => () => undefined,
        touched: () => undefined,
      },
      models: {
        find: (id: string) => models.get(id),
        list: () => [...models.values()],
        lookAgain: async () => undefined,
      },
      ...{ metering, metrics: createGatewayMetrics(new Registry()), clock, log, callLimits: createCallLimits() },
      ...{ policyRefusal: () => null, placement: placedAnywhere, bodyBytesMax: 100_000 },
    }
    const registry = new Registry()
    const batches = createBatches({
      ...{ database, lawful: database, registry, vault, clock, log, map, gateway, metering, keyById },
      ...{ keyRefused: () => undefined, addressOf: () => null, bodyBytesMax: 100_000, linesAtOnce: 4 },
      callsUnderWay: () => busy.calls,
      ...(more.strangers === undefined ? {} : { strangers: more.strangers }),
      policy: (more.policy ?? policy) as never,
      purposeGate: { allows: () => true },
    })
    const { server, url } = await listenOnLoopback(batches.handle)
    const openaiOf = (apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
    return {
      ...{ batches, url, registry, openaiOf, openai: openaiOf('sk-good') },
      stop: async () => {
        await batches.drain(0)
        server.closeAllConnections()
        server.close()
      },
    }
  }
  return {
    ...{ upstream, models, keys, clock, busy, booked: books.booked, metering: books.metering, startProcess },
    close: async () => {
      upstream.close()
      await pool.destroy()
      await books.close()
    },
  }
}

export type BatchStage = Awaited<ReturnType<typeof startBatchStage>>
export type BatchProcess = Awaited<ReturnType<BatchStage['startProcess']>>

/** Uploads lines and begins a batch of them. */
export const beginBatch = async ({ openai }: BatchProcess, lines: readonly string[]) => {
  const file = await openai.files.create({ file: new File([`${lines.join('\n')}\n`], 'in.jsonl'), purpose: 'batch' })
  return openai.batches.create({ input_file_id: file.id, endpoint: chatPath, completion_window: '24h' })
}

/** Asks until a batch is so. */
export const untilBatch = async (
  { openai }: BatchProcess,
  id: string,
  isSo: (batch: OpenAI.Batch) => boolean,
): Promise<OpenAI.Batch> => {
  for (;;) {
    const batch = await openai.batches.retrieve(id)
    if (isSo(batch)) return batch
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const isEnded = ({ status }: OpenAI.Batch): boolean =>
  ['completed', 'failed', 'expired', 'cancelled'].includes(status)

interface OutputLine {
  readonly id: string
  readonly custom_id: string
  readonly response: { readonly status_code: number; readonly body: Record<string, unknown> } | null
  readonly error: { readonly code: string } | null
}

/** The lines of a batch's file; empty where it has none. */
export const linesOf = async ({ openai }: BatchProcess, fileId: string | null | undefined): Promise<OutputLine[]> => {
  if (fileId == null) return []
  const text = await (await openai.files.content(fileId)).text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OutputLine)
}
