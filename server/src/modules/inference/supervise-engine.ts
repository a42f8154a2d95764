import { randomBytes } from 'node:crypto'
import { type EngineFetch, pause, watchEngineHealth } from './engine-health.ts'
import {
  type EngineCommand,
  type EngineFinished,
  type EngineLog,
  type EngineProcess,
  EngineStartError,
  startEngineProcess,
} from './engine-process.ts'

/** `failed`: it did not start several times running; it is still tried again, more seldom. */
export type EngineState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped'

export interface EngineStatus {
  readonly state: EngineState
  /** Why it failed last; null while all is well. */
  readonly reason: string | null
}

export interface SupervisedEngine {
  state(): EngineState
  /** Why it failed last; null when it is ready. */
  reason(): string | null
  /** Such as http://127.0.0.1:40123; null while it is not ready. It changes when the engine was started again. */
  baseUrl(): string | null
  /** The bearer token that the engine wants. */
  readonly token: string
  pid(): number | null
  /** What the engine says that fits into one request, prompt and answer; null before it was ready for the first time. */
  contextTokens(): number | null
  /** Resolves once the process is gone, at most 3 seconds later. */
  stop(): Promise<void>
}

/** Milliseconds. Tests shorten them. */
export interface EngineTimes {
  readonly startMax: number
  readonly healthEvery: number
  readonly healthMax: number
  readonly backoffFirst: number
  readonly backoffMax: number
}

export interface SuperviseOptions extends Omit<EngineCommand, 'token' | 'threads' | 'chatTemplate'> {
  /** Default 1: with more, llama.cpp was seen to hang on small machines. */
  readonly threads?: number
  /** Default null: the template inside the model file. */
  readonly chatTemplate?: string | null
  readonly log: EngineLog
  /** Asks the engine's /health. */
  readonly fetch: EngineFetch
  readonly onState?: (status: EngineStatus) => void
  /** Exact counts of each request that ended in the engine, cancelled ones included. */
  readonly onFinished?: (finished: EngineFinished) => void
  readonly times?: Partial<EngineTimes>
}

const defaultTimes: EngineTimes = {
  startMax: 120_000,
  healthEvery: 5000,
  healthMax: 5000,
  backoffFirst: 500,
  backoffMax: 30_000,
}
const stopGraceMs = 2700
/** Starts in a row that may fail before the state says so. */
const failedStartsMax = 5
/** Keeps one engine running: starts it, watches its health, starts it again with a growing pause when it ends. */
export function superviseEngine(options: SuperviseOptions): SupervisedEngine {
  const { log, modelId } = options
  const times = { ...defaultTimes, ...options.times }
  const stopping = new AbortController()
  const command: EngineCommand = {
    ...options,
    threads: options.threads ?? 1,
    chatTemplate: options.chatTemplate ?? null,
    token: randomBytes(24).toString('base64url'),
  }
  let state: EngineState = 'starting'
  let reason: string | null = null
  let current: EngineProcess | null = null
  let baseUrl: string | null = null
  let contextTokens: number | null = null

  function become(next: EngineState, why: string | null): void {
    state = next
    reason = why
    options.onState?.({ state, reason })
  }

  /** One life: from start to end. Returns how many failed starts in a row there are now, given those before. */
  async function live(failedBefore: number): Promise<number> {
    const engine = startEngineProcess(command, log, (finished) => options.onFinished?.(finished))
    current = engine
    const timer = setTimeout(engine.kill, times.startMax)
    try {
      const ready = await engine.ready
      baseUrl = `http://127.0.0.1:${ready.port}`
      contextTokens = ready.contextTokens
      log.info({ model: modelId, pid: engine.pid, port: ready.port, state: 'ready' }, 'the engine is ready')
      become('ready', null)
    } catch (error) {
      reason = error instanceof Error ? error.message : 'The engine did not start.'
      const refused = error instanceof EngineStartError && error.refused
      return Math.max(failedBefore + 1, refused ? failedStartsMax : 0)
    } finally {
      clearTimeout(timer)
    }
    await watchEngineHealth(engine, { ...options, ...times, url: baseUrl, token: command.token })
    const end = await engine.ended
    baseUrl = null
    reason = `The engine ended by itself (${end.signal ?? `exit code ${end.code}`}).`
    return 1
  }

  async function supervise(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      failures = await live(failures)
      if (stopping.signal.aborted) break
      become(failures >= failedStartsMax ? 'failed' : 'restarting', reason)
      log.warn({ model: modelId, state, attempt: failures, error: reason ?? '' }, 'the engine is started again')
      await pause(Math.min(times.backoffMax, times.backoffFirst * 2 ** (failures - 1)), stopping.signal)
    }
    baseUrl = null
    become('stopped', null)
  }

  const supervision = supervise()
  return {
    state: () => state,
    reason: () => reason,
    baseUrl: () => baseUrl,
    token: command.token,
    pid: () => (state === 'stopped' ? null : (current?.pid ?? null)),
    contextTokens: () => contextTokens,
    async stop() {
      stopping.abort()
      await current?.stop(stopGraceMs)
      await supervision
    },
  }
}
