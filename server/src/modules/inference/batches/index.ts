import type { RequestListener } from 'node:http'
import type { CompiledPolicy } from '@avow/policy'
import type { Registry } from 'prom-client'
import type { Metering } from '../../billing/index.ts'
import { batchPrices } from '../../billing/index.ts'
import { createGateway } from '../gateway/create-gateway.ts'
import type { GatewayDeps } from '../gateway/gateway-deps.ts'
import type { KeyRecord } from '../gateway/key-directory.ts'
import { createKeyDoor } from '../gateway/key-door.ts'
import type { ModelRoutes } from '../gateway/model-route.ts'
import { createRequestIds } from '../gateway/request-ids.ts'
import { createBatchMetrics } from './batch-metrics.ts'
import { createBatchRunner } from './batch-runner.ts'
import { callLine, LineMetering, lineIdOf } from './line-call.ts'
import { createLineSlots } from './line-slots.ts'
import { type BatchRules, refusalOfBatches } from './rules.ts'
import { isOfBatches, type ServeDeps, serveApi } from './serve-api.ts'

export interface BatchesOfDeps
  extends Pick<ServeDeps, 'database' | 'lawful' | 'vault' | 'clock' | 'log' | 'map' | 'addressOf'>,
    Pick<GatewayDeps, 'keyRefused' | 'strangers'>,
    BatchRules {
  readonly policy: Pick<CompiledPolicy, 'retention' | 'categories'>
  readonly clock: ServeDeps['clock'] & GatewayDeps['clock']
  /** The gateway of calls that somebody waits for: lines take the same path, on the same limits and budgets. */
  readonly gateway: Omit<GatewayDeps, 'bodies' | 'keyRefused' | 'strangers' | 'addressOf'> &
    Required<Pick<GatewayDeps, 'callLimits'>>
  readonly metering: Metering
  readonly registry: Registry
  /** A key as it is now, whatever its secret; null: it is gone. */
  readonly keyById: (keyId: string) => Promise<KeyRecord | null>
  /** Calls that somebody waits for, now. */
  readonly callsUnderWay: () => number
  /** Calls of batches at once. */
  readonly linesAtOnce: number
  readonly bodyBytesMax: number
}

/** Files and batches of OpenAI's API. */
export interface Batches {
  /** Whether it answers this address. */
  serves(url: string): boolean
  readonly handle: RequestListener
  start(): void
  /** Begins no more lines, and ends those under way after `graceMs`: they are run again after a start. */
  drain(graceMs: number): Promise<void>
}

/** As large as a batch of 50,000 short calls; OpenAI's limit for such an input is twice as much. */
const fileBytesMax = 100 * 1024 * 1024
const projectBytesMax = 1024 * 1024 * 1024

/** Calls at the price of batches. */
const atBatchPrices = (models: ModelRoutes): ModelRoutes => ({
  find: (id) => {
    const route = models.find(id)
    return route === undefined ? undefined : { ...route, ...batchPrices(route) }
  },
  list: () => [],
  lookAgain: () => models.lookAgain(),
})

export const createBatches = (deps: BatchesOfDeps): Batches => {
  const { clock, policy, gateway: given, keyById, bodyBytesMax, linesAtOnce } = deps
  const lineMetering = new LineMetering(deps.metering)
  const gateway = createGateway({
    ...given,
    metering: lineMetering,
    models: atBatchPrices(given.models),
    // A batch goes on when the time of its key is over: that keeps a key from beginning anything. A revoked one ends it.
    keys: {
      ...{ onChange: given.keys.onChange, touched: given.keys.touched },
      find: async (keyId) => {
        const key = await keyById(keyId)
        return key === null ? null : { ...key, expiresAtMs: null }
      },
    },
    nextId: lineIdOf,
    // A line comes from no address.
    addressOf: () => null,
  })
  const runner = createBatchRunner({
    ...deps,
    metrics: createBatchMetrics(deps.registry, deps),
    slots: createLineSlots({
      slotsMax: linesAtOnce,
      callsUnderWay: deps.callsUnderWay,
      monotonicMs: clock.monotonicMs,
    }),
    slotsMax: linesAtOnce,
    lineCharsMax: bodyBytesMax + 4096,
    call: (call) => callLine((req, res) => gateway.handle(req, res), lineMetering, call),
  })
  const door = createKeyDoor({ ...deps, keys: given.keys })
  const isAllowed = refusalOfBatches(deps) === null
  const handle = serveApi({
    ...deps,
    door,
    fileBytesMax,
    projectBytesMax,
    nextId: createRequestIds(() => clock.nowMs()),
    period: () => policy.retention('inference.batch')?.period ?? 'forever',
    refusal: () => refusalOfBatches(deps),
    wake: () => runner.wake(),
  })
  return {
    serves: isOfBatches,
    handle,
    start: () => {
      if (isAllowed) runner.start()
    },
    drain: async (graceMs) => {
      const stopped = runner.stop()
      await gateway.close(graceMs)
      await stopped
      door.close()
    },
  }
}
