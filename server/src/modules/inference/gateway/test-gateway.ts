import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { Pool } from 'undici'
import { systemClock } from '../../../platform/clock/index.ts'
import { type JournalDisk, openJournal, openProgress, recordsOf } from '../../../platform/journal/index.ts'
import { createLog, type Log } from '../../../platform/log/index.ts'
import { createMetering, decodeUsageLine, type Metering, type UsageEvent } from '../../billing/index.ts'
import { createGateway, type Gateway } from './create-gateway.ts'
import { type GatewayDeps, placedAnywhere } from './gateway-deps.ts'
import { createGatewayMetrics } from './gateway-metrics.ts'
import type { KeyDirectory, KeyRecord } from './key-directory.ts'
import { MemberLoad } from './member-load.ts'
import { listenOnLoopback, type MockModelServer, startMockModelServer } from './mock-model-server.ts'
import type { ModelRoute, PoolMember } from './model-route.ts'

export interface TestGateway {
  readonly url: string
  readonly registry: Registry
  readonly gateway: Gateway
  readonly upstream: MockModelServer
  /** Connections to it. */
  readonly pool: Pool
  readonly keys: Map<string, KeyRecord>
  readonly models: Map<string, ModelRoute>
  /** Lines that were logged. */
  readonly logged: string[]
  changeKey(keyId: string | null): void
  /** What is booked in the journal by now. */
  booked(): Promise<UsageEvent[]>
  post(
    body: unknown,
    options?: { key?: string | null; signal?: AbortSignal; raw?: string; headers?: Record<string, string> },
  ): Promise<Response>
  close(): Promise<void>
}

export const keyRecord = (more: Partial<KeyRecord> = {}): KeyRecord => ({
  keyId: 'key_1',
  projectId: 'prj_1',
  organisationId: 'org_1',
  state: 'active',
  expiresAtMs: null,
  allowedModels: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrentRequests: null,
  ...more,
})

/** A member of a pool whose server is the operator's own; null: it is not there. */
export const memberAt = (pool: Pool | null, more: Partial<PoolMember> = {}): PoolMember => ({
  id: 'own',
  served: 'upstream',
  provider: null,
  recipient: null,
  country: null,
  forbidden: null,
  onlyFor: null,
  weight: 1,
  tier: 0,
  target: pool && {
    dispatcher: pool,
    basePath: '/v1',
    headers: { authorization: 'Bearer upstream-secret', 'content-type': 'application/json' },
    modelName: 'm',
    engine: null,
  },
  reason: null,
  load: new MemberLoad(),
  isAway: () => false,
  ...more,
})

export const routeTo = (pool: Pool): ModelRoute => ({
  id: 'm',
  createdAtMs: 1_700_000_000_000,
  licence: null,
  contextTokens: null,
  currency: 'EUR',
  promptMicrosPerMillion: 1_000_000n,
  completionMicrosPerMillion: 2_000_000n,
  members: [memberAt(pool)],
})

export interface Books {
  readonly metering: Metering
  booked(): Promise<UsageEvent[]>
  close(): Promise<void>
}

export const openBooks = (
  log: Log,
  { origins = null, ...options }: { disk?: JournalDisk; probeIntervalMs?: number; origins?: Metering['origins'] },
): Books => {
  const folder = mkdtempSync(join(tmpdir(), 'avow-gateway-'))
  const journal = openJournal({ folder, reserveBytes: 0, ...options })
  const progress = openProgress({ folder, slots: 64 })
  const metering = createMetering({ journal, progress, log, origins })
  return {
    metering,
    booked: async () => {
      await journal.rotate()
      const contents: string[][] = []
      for (const segment of journal.sealed()) contents.push(recordsOf(await journal.read(segment)))
      return contents.flat().map(decodeUsageLine)
    },
    close: async () => {
      metering.close()
      await journal.close()
      progress.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A gateway on a real port in front of a mock model server, with a real journal; key `sk-good`, model `m`. */
export const startTestGateway = async (
  options: {
    disk?: JournalDisk
    deps?: Partial<GatewayDeps>
    probeIntervalMs?: number
    origins?: Metering['origins']
  } = {},
): Promise<TestGateway> => {
  const { deps, ...bookOptions } = options
  const upstream = await startMockModelServer()
  const pool = new Pool(upstream.url)
  const models = new Map([['m', routeTo(pool)]])
  const keys = new Map([['sk-good', keyRecord()]])
  const logged: string[] = []
  const log = createLog('debug', { write: (line: string) => void logged.push(line) })
  const books = openBooks(log, bookOptions)
  const registry = new Registry()
  let changeKey: (keyId: string | null) => void = () => undefined
  const directory: KeyDirectory = {
    find: async (secret) => keys.get(secret) ?? null,
    onChange: (listener) => {
      changeKey = listener
      return () => undefined
    },
    touched: () => undefined,
  }
  const gateway = createGateway({
    keys: directory,
    models: { find: (id) => models.get(id), list: () => [...models.values()], lookAgain: async () => undefined },
    metering: books.metering,
    metrics: createGatewayMetrics(registry),
    clock: systemClock,
    log,
    policyRefusal: () => null,
    placement: placedAnywhere,
    bodyBytesMax: 100_000,
    ...deps,
  })
  const { server, url } = await listenOnLoopback((req, res) => gateway.handle(req, res))
  return {
    ...{ url, registry, gateway, upstream, pool, keys, models, logged, changeKey, booked: books.booked },
    post: (body, { key = 'sk-good', signal, raw, headers = {} } = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
        body: raw ?? JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    close: async () => {
      await gateway.close(0)
      server.closeAllConnections()
      server.close()
      upstream.close()
      await pool.destroy()
      await books.close()
    },
  }
}
