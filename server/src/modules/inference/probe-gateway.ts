import type { RequestListener } from 'node:http'
import { Registry } from 'prom-client'
import type { Dispatcher } from 'undici'
import { currency } from '../billing/index.ts'
import type { Limits } from './gateway/call-limits.ts'
import { createGateway } from './gateway/create-gateway.ts'
import { type GatewayDeps, placedAnywhere } from './gateway/gateway-deps.ts'
import { createGatewayMetrics } from './gateway/gateway-metrics.ts'
import type { KeyDirectory, KeyRecord } from './gateway/key-directory.ts'
import { MemberLoad } from './gateway/member-load.ts'
import type { ModelRoute, PoolMember } from './gateway/model-route.ts'

/** What a model's server says that it read and wrote. */
export interface EngineCounts {
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface EngineTurn extends EngineCounts {
  /** How the answer ends when not well: with an error before it, cut off within it, or with another server to be asked. */
  readonly fault?: 'error' | 'cut' | 'away'
}

/** A server of the pool, and whose it is. */
export interface ProbeMember extends Pick<PoolMember, 'provider' | 'recipient' | 'country'> {
  readonly id: string
}

/** Servers beside the engine, in the order in which they are asked; each of them answers. */
export interface ProbePool {
  /** Whether the model has an engine at all. */
  readonly hasEngine: boolean
  /** Where the engine is. */
  readonly country: string | null
  readonly others: readonly ProbeMember[]
  readonly placement: GatewayDeps['placement']
}

/** Whose calls these are. */
export type ProbeCaller = Pick<KeyRecord, 'projectId' | 'organisationId'>

export interface ProbeGateway {
  readonly handle: RequestListener
  /** The model that it knows. */
  readonly model: string
  /** The key of a caller; without one of nobody known. */
  readonly secretOf: (caller?: ProbeCaller) => string
  /** What the engine counted, one entry a call, oldest first. */
  readonly counted: readonly EngineCounts[]
  /** Ids of the other servers that got a request, in the order of the requests. */
  readonly reached: readonly string[]
}

/** What the keys may do; anything unless it is said. */
export type KeyLimitsOf = Partial<Limits>

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
  concurrentRequests: null,
}
const keysOf = (callers: readonly ProbeCaller[], limits: KeyLimitsOf): KeyDirectory => ({
  find: async (given) => {
    if (given === secret) return { ...key, ...limits }
    const caller = callers.find((one) => given === secretOf(one))
    return caller === undefined ? null : { ...key, ...limits, ...caller, keyId: `key_${caller.projectId}` }
  },
  onChange: () => () => undefined,
  touched: () => undefined,
})

const secretOf = ({ projectId }: ProbeCaller): string => `${secret}-${projectId}`

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

const statusOfFault = { error: 500, away: 503, cut: 200 } as const

/** A model's server inside this process: it answers at once, with the counts that it is given. */
const engineThatCounts = (count: () => EngineTurn): Pick<Dispatcher, 'dispatch'> => ({
  dispatch: ({ body }, handler) => {
    const isStream = (JSON.parse(String(body)) as { stream?: unknown }).stream === true
    const counts = count()
    const [type, text] = isStream ? ['text/event-stream', streamOf(counts)] : ['application/json', plainOf(counts)]
    handler.onRequestStart?.(controller, {})
    handler.onResponseStart?.(
      controller,
      counts.fault === undefined ? 200 : statusOfFault[counts.fault],
      { 'content-type': type },
      'OK',
    )
    // The first event of a stream, or half of an answer.
    const end = isStream ? text.indexOf('\n\n') + 2 : Math.floor(text.length / 2)
    handler.onResponseData?.(controller, Buffer.from(counts.fault === 'cut' ? text.slice(0, end) : text))
    if (counts.fault === 'cut') handler.onResponseError?.(controller, new Error('cut off'))
    else handler.onResponseEnd?.(controller, {})
    return true
  },
})

const memberAt = (engine: Pick<Dispatcher, 'dispatch'> | null, tier: number, more: ProbeMember): PoolMember => ({
  ...more,
  served: 'embedded',
  forbidden: null,
  onlyFor: null,
  weight: 1,
  tier,
  target: engine && {
    dispatcher: engine as Dispatcher,
    basePath: '/v1',
    headers: {},
    modelName: model,
    engine: null,
  },
  reason: null,
  load: new MemberLoad(),
  isAway: () => false,
})

const routeTo = (engine: Pick<Dispatcher, 'dispatch'>, pool: ProbePool, reached: string[]): ModelRoute => {
  const answering = (id: string) =>
    engineThatCounts(() => {
      reached.push(id)
      return { promptTokens: 1, completionTokens: 1 }
    })
  const own = { id: model, provider: null, recipient: null, country: pool.country }
  return {
    id: model,
    createdAtMs: 0,
    licence: null,
    contextTokens: null,
    currency,
    promptMicrosPerMillion: 3_000_000n,
    completionMicrosPerMillion: 7_000_000n,
    members: [
      memberAt(pool.hasEngine ? engine : null, 0, own),
      ...pool.others.map((one, index) => memberAt(answering(one.id), index + 1, one)),
    ],
  }
}

const engineAlone: ProbePool = { hasEngine: true, country: null, others: [], placement: placedAnywhere }

/**
 * The real gateway in front of an engine in this process, for checks of what it books and keeps.
 * @param deps.callers projects that call it
 * @param deps.limits of every key
 * @param deps.modelPool the model's other servers; without it there are none
 * @param next counts of a call
 */
export const gatewayToCountingEngine = (
  {
    callers = [],
    limits = {},
    modelPool = engineAlone,
    ...deps
  }: Pick<GatewayDeps, 'metering' | 'clock' | 'log' | 'bodies'> & {
    readonly callers?: readonly ProbeCaller[]
    readonly limits?: KeyLimitsOf
    readonly modelPool?: ProbePool
  },
  next: () => EngineTurn,
): ProbeGateway => {
  const counted: EngineCounts[] = []
  const reached: string[] = []
  const engine = engineThatCounts(() => {
    const counts = next()
    counted.push(counts)
    return counts
  })
  const route = routeTo(engine, modelPool, reached)
  const gateway = createGateway({
    ...deps,
    keys: keysOf(callers, limits),
    models: { find: (id) => (id === model ? route : undefined), list: () => [route], lookAgain: async () => undefined },
    metrics: createGatewayMetrics(new Registry()),
    policyRefusal: () => null,
    placement: modelPool.placement,
    bodyBytesMax: 4096,
  })
  const secretFor = (caller?: ProbeCaller): string => (caller === undefined ? secret : secretOf(caller))
  return { handle: (req, res) => gateway.handle(req, res), model, secretOf: secretFor, counted, reached }
}
