import type { RequestListener } from 'node:http'
import { Registry } from 'prom-client'
import type { Dispatcher } from 'undici'
import { currency } from '../billing/index.ts'
import { createGateway, type GatewayDeps } from './gateway/create-gateway.ts'
import { createGatewayMetrics } from './gateway/gateway-metrics.ts'
import type { KeyDirectory, KeyRecord } from './gateway/key-directory.ts'
import type { ModelRoute } from './gateway/model-route.ts'

/** What a model's server says that it read and wrote. */
export interface EngineCounts {
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface ProbeGateway {
  readonly handle: RequestListener
  /** The model and the key that it knows. */
  readonly model: string
  readonly secret: string
  /** What the engine counted, one entry a call, oldest first. */
  readonly counted: readonly EngineCounts[]
}

/** What its key may do in a minute; anything unless it is said. */
export type KeyLimitsOf = Partial<Pick<KeyRecord, 'requestsPerMinute' | 'tokensPerMinute'>>

const model = 'probe'
const secret = 'sk-probe'
const key: KeyRecord = {
  keyId: 'key_probe',
  projectId: 'prj_probe',
  organisationId: 'org_probe',
  state: 'active',
  expiresAtMs: null,
  allowedModels: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
}
const keysWith = (limits: KeyLimitsOf): KeyDirectory => ({
  find: async (given) => (given === secret ? { ...key, ...limits } : null),
  onChange: () => () => undefined,
  touched: () => undefined,
})

const usageOf = ({ promptTokens, completionTokens }: EngineCounts) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
})

const streamOf = (counts: EngineCounts): string =>
  [
    { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'probe' } }] },
    { object: 'chat.completion.chunk', choices: [], usage: usageOf(counts) },
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .join('')
    .concat('data: [DONE]\n\n')

const plainOf = (counts: EngineCounts): string =>
  JSON.stringify({
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'probe' } }],
    usage: usageOf(counts),
  })

const controller: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
}

/** A model's server inside this process: it answers at once, with the counts that it is given. */
const engineThatCounts = (count: () => EngineCounts): Pick<Dispatcher, 'dispatch'> => ({
  dispatch: ({ body }, handler) => {
    const isStream = (JSON.parse(String(body)) as { stream?: unknown }).stream === true
    const [type, text] = isStream ? ['text/event-stream', streamOf(count())] : ['application/json', plainOf(count())]
    handler.onRequestStart?.(controller, {})
    handler.onResponseStart?.(controller, 200, { 'content-type': type }, 'OK')
    handler.onResponseData?.(controller, Buffer.from(text))
    handler.onResponseEnd?.(controller, {})
    return true
  },
})

const routeTo = (engine: Pick<Dispatcher, 'dispatch'>): ModelRoute => ({
  id: model,
  createdAtMs: 0,
  served: 'embedded',
  provider: null,
  recipient: null,
  country: null,
  forbidden: null,
  licence: null,
  contextTokens: null,
  currency,
  promptMicrosPerMillion: 3_000_000n,
  completionMicrosPerMillion: 7_000_000n,
  target: {
    dispatcher: engine as Dispatcher,
    basePath: '/v1',
    headers: {},
    modelName: model,
    engine: null,
  },
  reason: null,
})

/** The real gateway in front of an engine in this process, for checks of what it does with calls. @param next counts of a call */
export const gatewayToCountingEngine = (
  deps: Pick<GatewayDeps, 'metering' | 'clock' | 'log'>,
  next: () => EngineCounts,
  limits: KeyLimitsOf = {},
): ProbeGateway => {
  const counted: EngineCounts[] = []
  const route = routeTo(
    engineThatCounts(() => {
      const counts = next()
      counted.push(counts)
      return counts
    }),
  )
  const gateway = createGateway({
    ...deps,
    keys: keysWith(limits),
    models: { find: (id) => (id === model ? route : undefined), list: () => [route], lookAgain: async () => undefined },
    metrics: createGatewayMetrics(new Registry()),
    policyRefusal: () => null,
    placementRefusal: () => null,
    bodyBytesMax: 4096,
  })
  return { handle: (req, res) => gateway.handle(req, res), model, secret, counted }
}
